package import Findings
package import TraceModel

/// Where the engine looks, and what it asks others to do. Every closure may be called from the engine's thread alone.
package struct AlertSources: Sendable {
    package var book: FindingsBook
    /// Spans that came and that were dropped since the start; traces are counted by the routes.
    package var spans: @Sendable () -> (taken: UInt64, dropped: UInt64)
    /// Sees to it that a trace outlives memory. False while that is not possible yet.
    package var keep: @Sendable (TraceID) -> Bool
    /// The time of the wall.
    package var wallClock: @Sendable () -> UInt64

    package init(
        book: FindingsBook, spans: @escaping @Sendable () -> (taken: UInt64, dropped: UInt64) = { (0, 0) },
        keep: @escaping @Sendable (TraceID) -> Bool = { _ in true }, wallClock: @escaping @Sendable () -> UInt64
    ) {
        self.book = book
        self.spans = spans
        self.keep = keep
        self.wallClock = wallClock
    }
}

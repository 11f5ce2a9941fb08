/// Every bound of a server. What lies beyond one is refused, never queued.
package struct HTTPLimits: Hashable, Sendable {
    /// Threads that read, run handlers and write; a handler that waits keeps one.
    package var threads = 2
    /// Further ones wait in the system until one ends.
    package var connectionsMax = 1024
    /// A connection without progress for so long is closed.
    package var idleSecondsMax = 60
    /// Request line and header fields together; also the size of a connection's buffer.
    package var headerBytesMax = 64 * 1024
    package var bodyBytesMax = 16 * 1024 * 1024

    package init() {}
}

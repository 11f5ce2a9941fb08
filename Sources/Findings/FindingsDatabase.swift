package import TraceModel
package struct FindingsError: Error, CustomStringConvertible { package let description: String }
package enum KeepDecision { case keep, skip; package var isKept: Bool { self == .keep } }
package struct DatabaseHealth { package var complaint: String? }
package final class FindingsDatabase: Sendable {
    package init(path: String) throws(FindingsError) {}
    package func close() {}
    package func enqueue(_ change: FindingsLog.Change) {}
    package func keepDecision(for finding: Finding) -> KeepDecision { .skip }
    package func keep(_ finding: Finding, spans: [UInt8], verdictJSON: [UInt8]) {}
    package func keptTrace(_ id: TraceID) throws(FindingsError) -> (finding: Finding, spans: [UInt8], verdictJSON: [UInt8])? { nil }
    package func health() -> DatabaseHealth { DatabaseHealth(complaint: nil) }
}

import Synchronization

/// The numbers of one exporter since the start, and how it stands with its target.
package final class ExporterTally: Sendable {
    package struct Numbers: Hashable, Sendable {
        /// Attempts by how they ended.
        package var delivered: UInt64 = 0
        package var retried: UInt64 = 0
        package var buried: [DeathReason: UInt64] = [:]
        package var refreshed: UInt64 = 0
        package var refreshFailures: UInt64 = 0
        package var dropped: [ExportDropReason: UInt64] = [:]
        /// Attempts that came to an answer or an error, and how long they took together.
        package var attempts: UInt64 = 0
        package var attemptNanoseconds: UInt64 = 0
        /// From the moment that a thing was said to its delivery, all deliveries together.
        package var delayNanoseconds: UInt64 = 0
        package var queueFailures: UInt64 = 0
        /// Why the queue on disk can't be used; empty while it can.
        package var queueFault = ""
        package var lastAnswer = ""
        package var lastNanoseconds: UInt64 = 0
        package var failuresInARow = 0
        package var isGone = false
    }

    private let state = Mutex(Numbers())

    package init() {}

    package var numbers: Numbers { state.withLock { $0 } }

    func update(_ change: (inout Numbers) -> Void) { state.withLock { change(&$0) } }

    package func drop(_ reason: ExportDropReason, _ count: Int) {
        if count > 0 { update { $0.dropped[reason, default: 0] += UInt64(count) } }
    }
}

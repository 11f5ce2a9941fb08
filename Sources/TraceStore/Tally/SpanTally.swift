import Platform
import Synchronization
package import TraceModel

/// One writer's spans by step and status, with their durations: what span metrics are made of. It counts every span
/// whose ids and times are admissible, on the writer's own thread, without a lock, an allocation or a look at a name.
final class SpanTally: @unchecked Sendable {
    /// Steps that have a place of their own; numbers are given in the order in which steps are first seen. Spans of all
    /// others count under the step `(other)` of their kind, which has one of the first numbers.
    static let stepsMax: UInt32 = 8_192
    private static let statuses = 4
    private let cells: LatencyCells
    private let overflowed = Atomic<UInt64>(0)
    private let exemplars = Mutex<[Int: SpanExemplar]>([:])
    private var turn: UInt64 = 0

    init() throws(PlatformError) {
        cells = try LatencyCells(count: Int(Self.stepsMax) * Self.statuses)
    }

    /// Spans that count under `(other)`.
    var spansOverflowed: UInt64 { overflowed.load(ordering: .relaxed) }

    @inline(__always)
    func count(_ record: borrowing SpanRecord) {
        cells.add(record.durationNanoseconds, to: cell(record))
    }

    @inline(__always)
    private func cell(_ record: borrowing SpanRecord) -> Int {
        var step = record.hop.raw
        if step >= Self.stepsMax {
            step = UInt32(record.kind.rawValue)
            overflowed.store(overflowed.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
        }
        return Int(step) &* Self.statuses &+ Int(record.statusOutcomeKind & 3)
    }

    /// A place in a batch of so many rows, another one each time: over many batches every step gets its turn.
    func nextTurn(of rows: Int) -> Int {
        turn &+= 0x9E37_79B9_7F4A_7C15
        return Int((turn >> 32) % UInt64(rows))
    }

    /// Remembers a trace that stands for its step. Called once or twice a batch: a lock for each span would cost more
    /// than all the rest.
    func note(_ row: SpanRow) {
        guard row.record.hop.raw < Self.stepsMax else { return }
        let exemplar = SpanExemplar(traceID: row.traceID, durationNanoseconds: row.record.durationNanoseconds)
        exemplars.withLock { $0[cell(row.record)] = exemplar }
    }

    func read(_ step: UInt32, _ status: SpanStatus, into count: inout TraceStore.SpanCount) {
        let cell = Int(step) * Self.statuses + Int(status.rawValue)
        cells.read(cell, into: &count.latencies)
        if let exemplar = exemplars.withLock({ $0[cell] }) { count.exemplar = exemplar }
    }
}

/// A span that stands for a number.
package struct SpanExemplar: Sendable, Hashable {
    package let traceID: TraceID
    package let durationNanoseconds: UInt64
}

package import Findings
package import Synchronization
package import TraceModel
package import TraceStore
import Verdicts
import Wire

/// Sees to it that evidence outlives memory: the complete spans of interesting traces go to disk when they settle.
package final class EvidenceKeeper: Sendable {
    /// A kept trace is one native batch; of a larger one the first spans are kept.
    private static let spansMax = FrameLimits().batchSpansMax
    private static let bytesMax = FrameLimits().payloadBytesMax / 2
    private let database: FindingsDatabase
    private let store: TraceStore
    private let reader: TraceReader
    private let rules: RulesInForce
    private let profiles: RouteProfiles
    /// Traces that could not be kept because a frame of theirs did not unpack; a metric tells of them.
    package let unreadable = Atomic<UInt64>(0)
    private let render: @Sendable (Verdict, Finding, [SpanDetail]) -> [UInt8]

    /// `render` writes a verdict as the query API does, so that a kept trace can be told as it was.
    package init(
        database: FindingsDatabase, store: TraceStore, reader: TraceReader, rules: RulesInForce,
        profiles: RouteProfiles,
        render: @escaping @Sendable (Verdict, Finding, [SpanDetail]) -> [UInt8]
    ) {
        self.database = database
        self.store = store
        self.reader = reader
        self.rules = rules
        self.profiles = profiles
        self.render = render
    }

    /// One clean trace for each route.
    func noteClean(_ finding: Finding) {
        guard database.keepDecision(for: finding).isKeep, let snapshot = store.snapshot(of: finding.traceID) else {
            return
        }
        let judgement = Judge(rules: rules.current.judge).judgement(
            of: snapshot, phase: .settled, profiles: profiles.source(atNanoseconds: finding.decidedNanoseconds))
        keep(finding, judgement.verdict, snapshot)
    }

    /// Sees to it that a trace which a message links to outlives memory, whatever else is kept. False while it has not
    /// settled, and where its spans are gone.
    package func pin(_ trace: TraceID, _ finding: Finding?) -> Bool {
        if database.pin(trace) { return true }
        guard let finding, let snapshot = store.snapshot(of: trace), snapshot.age == .hot, snapshot.isSettled else {
            return false
        }
        let judgement = Judge(rules: rules.current.judge).judgement(
            of: snapshot, phase: .settled, profiles: profiles.source(atNanoseconds: finding.decidedNanoseconds))
        return write(finding, judgement.verdict, snapshot, pinned: true)
    }

    func keep(_ finding: Finding, _ verdict: Verdict, _ snapshot: TraceSnapshot) {
        // A skeleton has nothing to keep: its payload is gone.
        guard snapshot.age == .hot, database.keepDecision(for: finding).isKeep else { return }
        _ = write(finding, verdict, snapshot, pinned: false)
    }

    private func write(_ finding: Finding, _ verdict: Verdict, _ snapshot: TraceSnapshot, pinned: Bool) -> Bool {
        do throws(WireError) {
            let spans = try reader.spans(of: snapshot).spans
            var encoder = BatchEncoder()
            for span in spans.prefix(Self.spansMax) where encoder.bytesEstimate < Self.bytesMax { encoder.append(span) }
            return database.keep(
                finding, spans: LZ4Block.compress(encoder.payload(sequence: 1)),
                verdictJSON: render(verdict, finding, spans), pinned: pinned)
        } catch {
            unreadable.add(1, ordering: .relaxed)
            return false
        }
    }
}

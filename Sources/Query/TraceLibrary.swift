package import Findings
import JSON
package import Judging
import Symbols
package import TraceModel
package import TraceStore
import Verdicts
import Wire

/// Traces by their id, each with its verdict: from memory or, when they have left it, from disk. The one door to "the
/// spans of a trace and what is said of it" for every API. Stateless; any thread.
package struct TraceLibrary: Sendable {
    private let store: TraceStore
    private let reader: TraceReader
    private let findings: FindingDesk
    private let database: FindingsDatabase?
    private let rules: RulesInForce
    private let links: LinkBook
    private let profiles: RouteProfiles
    private let unpack: PayloadReader
    private let builder: FindingBuilder

    package init(
        store: TraceStore, unpack: @escaping PayloadReader, findings: FindingDesk, database: FindingsDatabase?,
        rules: RulesInForce, links: LinkBook, profiles: RouteProfiles
    ) {
        self.store = store
        self.unpack = unpack
        reader = TraceReader(store: store, read: unpack)
        self.findings = findings
        self.database = database
        self.rules = rules
        self.links = links
        self.profiles = profiles
        builder = FindingBuilder(symbols: store.symbols, rules: rules)
    }

    /// Nil where the trace is neither in memory nor kept.
    package func trace(_ id: TraceID) throws(Unreadable) -> StoredTrace? {
        let snapshot = store.snapshot(of: id)
        if let snapshot, snapshot.age == .hot { return try judged(snapshot) }
        if let kept = try kept(id) { return kept }
        return try snapshot.map { snapshot throws(Unreadable) in try judged(snapshot) }
    }

    /// What lies in the store or on disk does not read: a mistake of ours or of the disk, never of the asker.
    package struct Unreadable: Error, Sendable {
        package let detail: String
    }

    private func judged(_ snapshot: TraceSnapshot) throws(Unreadable) -> StoredTrace {
        let reading: TraceReader.Reading
        do throws(WireError) {
            reading = try reader.spans(of: snapshot)
        } catch {
            throw Unreadable(detail: "a stored frame of this trace does not unpack: \(error)")
        }
        let judge = Judge(rules: rules.current.judge)
        let phase: JudgePhase = snapshot.isSettled ? .settled : .arriving
        let own = judge.judgement(of: snapshot, phase: phase, profiles: profiles.source()).verdict
        let verdict = builder.marked(links.verdict(revising: own, of: snapshot, phase: phase, judge))
        let head = head(of: snapshot, verdict)
        let finding = builder.finding(
            verdict, of: snapshot, state: head.state, decidedNanoseconds: head.decidedNanoseconds)
        return StoredTrace(
            traceID: snapshot.id, spans: reading.spans, age: snapshot.age == .hot ? .hot : .skeleton,
            payload: reading.isComplete ? .complete : .evicted, finding: finding, telling: .judged(verdict, head))
    }

    /// What was published of the trace; a trace that nothing was said of yet is told as it stands.
    private func head(of snapshot: TraceSnapshot, _ verdict: Verdict) -> TraceHead {
        let known = findings.book.log.finding(of: snapshot.id)
        let edge = snapshot.spans.first { $0.spanID == verdict.edge?.span }
        let start = edge?.startNanoseconds ?? snapshot.spans.map(\.startNanoseconds).min() ?? 0
        let end = edge?.endNanoseconds ?? snapshot.spans.map(\.endNanoseconds).max() ?? start
        return TraceHead(
            traceID: snapshot.id, state: known?.state ?? (snapshot.isSettled ? .final : .provisional),
            revision: known?.revision ?? 1, startNanoseconds: start, durationNanoseconds: end - start,
            spanCount: verdict.completeness.spans, decidedNanoseconds: known?.decidedNanoseconds ?? end)
    }

    private func kept(_ id: TraceID) throws(Unreadable) -> StoredTrace? {
        guard let database else { return nil }
        // Three ways to fail (the file, the frame, the verdict), one answer.
        do throws(any Error) {
            guard let kept = try database.keptTrace(id) else { return nil }
            let frame = KeptFrame(bytes: kept.spans, format: .nativeLZ4, rows: Array(0..<Self.keptSpansMax))
            return StoredTrace(
                traceID: id, spans: try unpack(frame).spans, age: .kept, payload: .complete, finding: kept.finding,
                telling: .written(try JSONParser.parse(kept.verdictJSON)))
        } catch {
            throw Unreadable(detail: "the kept trace can't be read: \(error)")
        }
    }

    private static let keptSpansMax = 1 << 20
}

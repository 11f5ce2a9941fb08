import Configuration
import Ingest
import Judging
import Symbols
import TraceModel
import Verdicts

/// Traces from files, judged as settled: nothing more will come.
struct RecordedTraces {
    struct Trace {
        var id: TraceID
        var verdict: Verdict
        var facts: [SpanFacts]
        var spans: [SpanDetail]
    }

    private(set) var traces: [Trace] = []
    let symbols = SymbolTable()
    let recording: TraceRecording
    let rules: RuleSet
    private let judge: Judge
    private let learned: LearnedRoutes
    private var links = LinkedTraces()

    init(
        reading paths: [String], rules: Rules = Rules(), limits: TraceFileLimits = TraceFileLimits()
    ) throws(IngestError) {
        var files = TraceFiles(limits: limits, rules: SemanticRules(rules))
        for path in paths { try files.read(path) }
        recording = files.finish()
        self.rules = RuleSet(rules, interningInto: symbols)
        let hops = HopTable(symbols: symbols)
        hops.paths.exchange(self.rules.paths)
        let converter = DetailFacts(symbols: symbols, hops: hops)
        var facts: [SpanFacts] = []
        facts.reserveCapacity(recording.spans.count)
        try converter.read(recording.spans) { facts.append($1) }
        let groups = TraceGroups(recording.spans).groups.map { group in
            (id: group.id, rows: group.rows, facts: group.rows.map { facts[$0] })
        }
        judge = Judge(rules: self.rules.judge)
        learned = LearnedRoutes(groups.map { ($0.id, $0.facts) }, judge)
        for group in groups {
            traces.append(
                Trace(
                    id: group.id, verdict: ownVerdict(group.facts), facts: group.facts,
                    spans: group.rows.map { recording.spans[$0] }))
        }
        followLinks()
    }

    private func ownVerdict(_ facts: [SpanFacts]) -> Verdict {
        judge.judgement(of: facts, phase: .settled) { learned[$0] }.verdict
    }

    /// What the verdict of a trace would be if these were all of its spans, everything else being as it is.
    func verdict(of trace: TraceID, with facts: [SpanFacts]) -> Verdict {
        links.verdict(revising: ownVerdict(facts), of: facts, in: trace, phase: .settled, judge)
    }

    /// What became of work in one trace revises the verdict of the trace that accepted it.
    private mutating func followLinks() {
        for trace in traces { links.note(trace.facts, of: trace.id, trace.verdict) }
        for index in traces.indices {
            let trace = traces[index]
            traces[index].verdict = links.verdict(
                revising: trace.verdict, of: trace.facts, in: trace.id, phase: .settled, judge)
        }
    }

    func name(_ symbol: Symbol) -> String { symbols.string(symbol) }
}

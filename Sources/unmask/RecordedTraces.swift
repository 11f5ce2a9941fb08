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
        let judge = Judge(rules: self.rules.judge)
        for group in TraceGroups(recording.spans).groups {
            let own = group.rows.map { facts[$0] }
            traces.append(
                Trace(
                    id: group.id, verdict: judge.verdict(of: own, phase: .settled), facts: own,
                    spans: group.rows.map { recording.spans[$0] }))
        }
    }

    func name(_ symbol: Symbol) -> String { symbols.string(symbol) }
}

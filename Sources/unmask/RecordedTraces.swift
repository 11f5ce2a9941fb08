import Ingest
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

    init(reading paths: [String], limits: TraceFileLimits = TraceFileLimits()) throws(IngestError) {
        var files = TraceFiles(limits: limits)
        for path in paths { try files.read(path) }
        recording = files.finish()
        let converter = DetailFacts(symbols: symbols, hops: HopTable(symbols: symbols))
        var facts: [SpanFacts] = []
        facts.reserveCapacity(recording.spans.count)
        try converter.read(recording.spans) { facts.append($1) }
        let judge = Judge()
        for group in TraceGroups(recording.spans).groups {
            let own = group.rows.map { facts[$0] }
            traces.append(
                Trace(
                    id: group.id, verdict: judge.verdict(of: own, phase: .settled), facts: own,
                    spans: group.rows.map { recording.spans[$0] }))
        }
        followLinks(judge)
    }

    /// What became of work in one trace revises the verdict of the trace that accepted it. The outcomes are read from
    /// the verdicts that each trace gave alone, so the order of the files means nothing.
    private mutating func followLinks(_ judge: Judge) {
        var outcomes: [UInt64: [(accepting: TraceID, outcome: LinkedOutcome)]] = [:]
        for trace in traces {
            for linked in LinkedOutcome.all(in: trace.facts, of: trace.id, trace.verdict) {
                outcomes[linked.accepting.low, default: []].append(linked)
            }
        }
        if outcomes.isEmpty { return }
        for index in traces.indices {
            let trace = traces[index]
            guard let known = outcomes[trace.id.low] else { continue }
            let own = known.filter { $0.accepting.isSameTrace(as: trace.id) }.map(\.outcome)
            traces[index].verdict = judge.verdict(
                revising: trace.verdict, of: trace.facts, by: own, phase: .settled)
        }
    }

    func name(_ symbol: Symbol) -> String { symbols.string(symbol) }
}

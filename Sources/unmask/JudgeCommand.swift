import Configuration
import Ingest
import JSON
import Query
import TraceModel

/// `unmask judge FILE...`: verdicts about recorded traces, without a collector.
enum JudgeCommand {
    static let command = Command(
        name: "judge", summary: "judge recorded traces: files, folders or standard input", operands: ["FILE"],
        takesMoreOperands: true,
        options: [
            OptionSpec("json", nil, "one line of JSON for each trace"),
            OptionSpec("truth", "FILE", "compare with what really happened, one line of JSON for each trace"),
            OptionSpec("leave-one-out", nil, "with --truth: judge each trace again without each of its spans"),
            OptionSpec("config", "FILE", "judge by the rules of this configuration"),
            OptionSpec("clean", nil, "list clean traces too"),
            OptionSpec("fail-on", "NAMES", "exit with 1 where a trace has one of these verdicts"),
            OptionSpec("ascii", nil, "plain signs only"),
        ],
        details: """
            Reads OTLP (protobuf, JSON), Zipkin and Jaeger JSON, X-Ray's segments, gzip of these, and recorded export
            requests; what a file is shows its content. `-` is standard input. Each trace is judged as settled. In a
            folder, files that are something else are left out; one that is broken makes the exit code 1.

            With --leave-one-out every trace of the truth is judged once more for each of its spans, as if that one had
            been lost: a table tells what changed, another which promises held (no repaired trace called masked, no
            good one failed, no masked one recovered or clean), beside those of the naive query.
            """,
        run: { arguments, console throws(CommandError) in
            let wanted = try verdicts(arguments["fail-on"])
            if arguments.has("leave-one-out"), arguments["truth"] == nil {
                throw .usage("--leave-one-out compares with what really happened: it needs --truth")
            }
            let traces = try read(arguments.operands, config: arguments["config"], console)
            if let path = arguments["truth"] {
                let truth = try TruthFile(path)
                let style = console.style(ascii: arguments.has("ascii"))
                console.out(TruthReport(truth, traces).text(style))
                if arguments.has("leave-one-out") { console.out("\n" + LeaveOneOut(truth, traces).text(style)) }
            } else if arguments.has("json") {
                for trace in traces.traces { console.writeOut(line(trace, traces)) }
            } else {
                console.out(
                    JudgeText.text(traces, console.style(ascii: arguments.has("ascii")), arguments.has("clean")))
            }
            for file in traces.recording.skipped { console.error("left out \(file)") }
            for (reason, count) in traces.recording.dropped {
                console.error("dropped \(count) \(count == 1 ? "span" : "spans"): \(reason.name)")
            }
            let isBroken = traces.recording.skipped.contains { $0.code != .unknownFormat }
            return isBroken || traces.traces.contains { wanted.contains($0.verdict.kind) } ? .failure : .success
        })

    private static func read(
        _ paths: [String], config: String?, _ console: Console
    ) throws(CommandError) -> RecordedTraces {
        let rules = if let config { try RulesFile.rules(config, console) } else { Rules() }
        return try read(paths, rules)
    }

    static func read(_ paths: [String], _ rules: Rules) throws(CommandError) -> RecordedTraces {
        do throws(IngestError) {
            return try RecordedTraces(reading: paths, rules: rules)
        } catch {
            throw CommandError(.failure, SafeText.escape("\(error)", columnsMax: 400, style: .plain))
        }
    }

    private static func verdicts(_ names: String?) throws(CommandError) -> Set<VerdictKind> {
        var kinds: Set<VerdictKind> = []
        for name in names?.split(separator: ",") ?? [] {
            guard let kind = VerdictKind(name: name) else {
                throw .usage(
                    "--fail-on must name verdicts, such as masked,failed, not \(SafeText.quoted(String(name)))")
            }
            kinds.insert(kind)
        }
        return kinds
    }

    static func line(_ trace: RecordedTraces.Trace, _ traces: RecordedTraces) -> [UInt8] {
        let start = trace.facts.map(\.startNanoseconds).min() ?? 0
        let end = trace.facts.map(\.endNanoseconds).max() ?? start
        let head = TraceHead(
            traceID: trace.id, state: .final, revision: 1, startNanoseconds: start, durationNanoseconds: end - start,
            spanCount: trace.verdict.completeness.spans, decidedNanoseconds: end)
        var writer = JSONWriter()
        VerdictJSON(name: traces.name).full(trace.verdict, head, spans: trace.spans, to: &writer)
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}

import Configuration
import Ingest
import JSON
import Judging
import Query
import TraceModel
import TraceStore

/// `unmask rules try CONFIG [FILE...]`: what would other rules change?
enum RulesCommand {
    static let command = Command(
        name: "rules", summary: "try rules: what would they change about traces?", operands: ["try", "CONFIG"],
        takesMoreOperands: true, options: CollectorClient.options,
        details: """
            unmask rules try CONFIG FILE...  judges recorded traces (as `unmask judge` reads them) without rules and
                                             with those of CONFIG
            unmask rules try CONFIG          asks a running collector about its latest traces, whose rules in force
                                             are compared with those of CONFIG
            Nothing is changed anywhere. Exits with 78 where CONFIG is wrong.
            """,
        run: { arguments, console throws(CommandError) in
            let verb = arguments.operands[0]
            guard verb == "try" else {
                throw .usage("rules can be tried only (unmask rules try CONFIG), not \(SafeText.quoted(verb))")
            }
            let document = try trial(arguments, console)
            if arguments.has("json") {
                console.writeOut(document)
            } else {
                let style = console.style(ascii: arguments.has("ascii"))
                console.out(text(try CollectorClient(arguments, console).document(document), style))
            }
            return .success
        })

    private static func trial(_ arguments: Arguments, _ console: Console) throws(CommandError) -> [UInt8] {
        let path = arguments.operands[1]
        let files = Array(arguments.operands.dropFirst(2))
        let bytes = try RulesFile.bytes(path)
        let rules = try RulesFile.rules(bytes, path, console)
        guard files.isEmpty else { return try RecordedTrial.document(files, rules) + [UInt8(ascii: "\n")] }
        return try CollectorClient(arguments, console).post(
            "/api/v1/rules/try", bytes, type: "application/yaml", missing: "the server can't try rules")
    }

    static func text(_ document: JSONValue, _ style: TextStyle) -> String {
        let judged = document["judged"]?.int64 ?? 0
        let changed = document["changed"]?.int64 ?? 0
        let summary = "\(judged) traces judged, \(changed) would change\n"
        let changes = document["changes"]?.array ?? []
        guard !changes.isEmpty else { return summary }
        var table = TextTable(columns: [
            .fixed("FROM"), .fixed("TO"), .fixed("TRACES"), .flexible("EXAMPLES"),
        ])
        for change in changes {
            let examples = (change["examples"]?.array ?? []).compactMap(\.string).joined(separator: " ")
            let cells = [
                change["from"]?.string ?? "?", change["to"]?.string ?? "?", "\(change["count"]?.int64 ?? 0)", examples,
            ]
            table.add(cells.map { SafeText.escape($0, style: style) })
        }
        return table.text(style) + summary
    }
}

/// Recorded traces judged without rules and with some.
enum RecordedTrial {
    static func document(_ files: [String], _ rules: Rules) throws(CommandError) -> [UInt8] {
        let before = answers(try JudgeCommand.read(files, Rules()))
        let after = try JudgeCommand.read(files, rules)
        var trial = RuleTrial()
        let new = answers(after)
        for id in after.traces.map(\.id) {
            guard let former = before[id], let answer = new[id] else { continue }
            trial.record(id, before: former, after: answer)
        }
        return RuleTrialJSON.document(trial).bytes
    }

    private static func answers(_ recorded: RecordedTraces) -> [TraceID: TrialAnswer] {
        let builder = FindingBuilder(symbols: recorded.symbols, rules: RulesInForce(recorded.rules))
        var answers: [TraceID: TrialAnswer] = [:]
        for trace in recorded.traces {
            let snapshot = TraceSnapshot(recorded: trace.id, spans: trace.facts)
            let finding = builder.finding(trace.verdict, of: snapshot, state: .final, decidedNanoseconds: 0)
            answers[trace.id] = TrialAnswer(finding)
        }
        return answers
    }
}

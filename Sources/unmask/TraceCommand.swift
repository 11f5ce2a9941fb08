import JSON
import TraceModel

/// `unmask trace ID`: what became of one trace, and its tree.
enum TraceCommand {
    static let command = Command(
        name: "trace", summary: "show one trace, where it broke and where that was swallowed; --why tells the reasons",
        operands: ["ID"],
        options: [OptionSpec("why", nil, "tell the verdict as prose: rule, evidence, confidence, what would change it")]
            + CollectorClient.options,
        run: { arguments, console throws(CommandError) in
            guard let id = TraceID(hex: arguments.operands[0]) else {
                throw .usage("\(SafeText.quoted(arguments.operands[0])) is no trace id: up to 32 hex digits")
            }
            let client = CollectorClient(arguments, console)
            let body = try client.get("/api/v1/traces/\(id)", missing: "no trace \(id)")
            if arguments.has("json") {
                console.writeOut(body)
            } else {
                let document = try client.document(body)
                let style = console.style(ascii: arguments.has("ascii"))
                console.out(arguments.has("why") ? why(document, style) : text(document, style))
            }
            return .success
        })

    static func why(_ document: JSONValue, _ style: TextStyle) -> String {
        TraceSummary.text(document, style) + TraceWhy(document, style).text()
    }

    static func text(_ document: JSONValue, _ style: TextStyle) -> String {
        let tree = TraceTree((document["spans"]?.array ?? []).map { TraceLine($0, style) })
        let marks = TraceMarks(document["verdict"], style)
        return TraceSummary.text(document, style) + "\n" + TraceTreeText(tree: tree, marks: marks, style: style).text()
    }
}

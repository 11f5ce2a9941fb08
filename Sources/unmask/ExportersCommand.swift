import HTTP
import JSON

/// `unmask exporters`: who is told, how that goes, what was given up.
enum ExportersCommand {
    private static let filters = [
        OptionSpec("limit", "N", "how many dead letters, 50 by default"),
        OptionSpec("cursor", "CURSOR", "go on where an earlier list ended"),
    ]

    static let command = Command(
        name: "exporters", summary: "show where messages go, their dead letters, and try them",
        takesMoreOperands: true, options: filters + CollectorClient.options,
        details: """
            unmask exporters                      all of them: what waits, what was delivered, what the target said
            unmask exporters dead NAME            messages that were given up, oldest first
            unmask exporters replay NAME [ID...]  sends them again, all or these
            unmask exporters test NAME            sends a message marked as a test and says what the target answered;
                                                  exits with 1 where it was not taken
            """,
        run: { arguments, console throws(CommandError) in
            let client = CollectorClient(arguments, console)
            let words = arguments.operands
            guard let verb = words.first else { return try list(client, arguments, console) }
            guard words.count > 1 else { throw .usage("exporters \(SafeText.escape(verb, style: .plain)) needs NAME") }
            switch verb {
            case "dead": return try dead(words[1], client, arguments, console)
            case "replay": return try replay(words[1], Array(words.dropFirst(2)), client, arguments, console)
            case "test": return try test(words[1], client, arguments, console)
            default:
                throw .usage("exporters knows dead, replay and test, not \(SafeText.quoted(verb))")
            }
        })

    private static func path(_ name: String, _ verb: String) -> String {
        "/api/v1/exporters/\(PercentCoding.encode(name))/\(verb)"
    }

    private static func missing(_ name: String) -> String { "no exporter is called \(SafeText.quoted(name))" }

    private static func list(
        _ client: CollectorClient, _ arguments: Arguments, _ console: Console
    ) throws(CommandError) -> ExitCode {
        let body = try client.get("/api/v1/exporters", missing: "the server has no exporters")
        if arguments.has("json") {
            console.writeOut(body)
        } else {
            console.out(text(try client.document(body), console.style(ascii: arguments.has("ascii"))))
        }
        return .success
    }

    static func text(_ document: JSONValue, _ style: TextStyle) -> String {
        let items = document["items"]?.array ?? []
        guard !items.isEmpty else { return "no exporters\n" }
        var table = TextTable(columns: [
            .fixed("NAME"), .fixed("TYPE"), .fixed("STATE"), .fixed("WAITING"), .fixed("DELIVERED"), .fixed("DEAD"),
            .fixed("DROPPED"), .flexible("TARGET"), .flexible("LAST ANSWER"),
        ])
        for item in items {
            let dropped = (item["dropped"]?.object?.members ?? []).reduce(0) { $0 + ($1.value.int64 ?? 0) }
            let cells = [
                item["name"]?.string ?? "?", item["type"]?.string ?? "?", item["state"]?.string ?? "?",
                number(item["waiting"]), number(item["delivered"]), number(item["dead"]), "\(dropped)",
                item["target"]?.string ?? "?", item["fault"]?.string ?? item["lastAnswer"]?.string ?? "-",
            ]
            table.add(cells.map { SafeText.escape($0, style: style) })
        }
        return table.text(style)
    }

    private static func number(_ value: JSONValue?) -> String { value?.int64.map(String.init) ?? "?" }

    private static func dead(
        _ name: String, _ client: CollectorClient, _ arguments: Arguments, _ console: Console
    ) throws(CommandError) -> ExitCode {
        let query = filters.compactMap { filter in arguments[filter.name].map { (filter.name, $0) } }
        let body = try client.get(path(name, "dead"), query: query, missing: missing(name))
        if arguments.has("json") {
            console.writeOut(body)
        } else {
            console.out(deadText(try client.document(body), console.style(ascii: arguments.has("ascii"))))
        }
        return .success
    }

    static func deadText(_ document: JSONValue, _ style: TextStyle) -> String {
        let items = document["items"]?.array ?? []
        guard !items.isEmpty else { return "no dead letters\n" }
        var table = TextTable(columns: [
            .fixed("DIED (UTC)"), .fixed("ID"), .fixed("KIND"), .fixed("REASON"), .fixed("ATTEMPTS"),
            .flexible("ANSWER"),
        ])
        for item in items {
            let died = (item["diedAt"]?.string ?? "").prefix(19).split(separator: "T").joined(separator: " ")
            let cells = [
                died, item["id"]?.string ?? "?", item["kind"]?.string ?? "?", item["reason"]?.string ?? "?",
                number(item["attempts"]), item["answer"]?.string ?? "",
            ]
            table.add(cells.map { SafeText.escape($0, style: style) })
        }
        let more = document["nextCursor"]?.string.map { "more: --cursor \(SafeText.escape($0, style: style))\n" }
        return table.text(style) + (more ?? "")
    }

    private static func replay(
        _ name: String, _ ids: [String], _ client: CollectorClient, _ arguments: Arguments, _ console: Console
    ) throws(CommandError) -> ExitCode {
        var writer = JSONWriter()
        writer.object { if !ids.isEmpty { $0.field("ids", ids) } }
        let body = try client.post(
            path(name, "replay"), writer.bytes, type: "application/json", missing: missing(name))
        if arguments.has("json") {
            console.writeOut(body)
        } else {
            console.out("\(number(try client.document(body)["replayed"])) replayed\n")
        }
        return .success
    }

    /// Also `unmask alerts test`.
    static func test(
        _ name: String, _ client: CollectorClient, _ arguments: Arguments, _ console: Console
    ) throws(CommandError) -> ExitCode {
        let body = try client.post(path(name, "test"), [], type: "application/json", missing: missing(name))
        let document = try client.document(body)
        let isDelivered = document["delivered"]?.bool == true
        if arguments.has("json") {
            console.writeOut(body)
        } else {
            let style = console.style(ascii: arguments.has("ascii"))
            let answer = SafeText.escape(document["answer"]?.string ?? "", style: style)
            let shown = SafeText.escape(name, style: style)
            console.out("\(shown) \(isDelivered ? "took the message" : "did not take the message"): \(answer)\n")
        }
        return isDelivered ? .success : .failure
    }
}

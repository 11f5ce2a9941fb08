import Configuration
import HTTP
import JSON

/// `unmask alerts`: what fires, since when and where, and who was told; `unmask alerts silence` keeps it quiet.
enum AlertsCommand {
    private static let filters = [
        OptionSpec("state", "NAMES", "pending, firing, resolved (pending,firing)"),
        OptionSpec("severity", "NAMES", "page, ticket, info"),
        OptionSpec("rule", "NAME", "the rule's name"),
        OptionSpec("limit", "N", "how many, 50 by default"),
    ]

    private static let silencing = [
        OptionSpec("match", "LABEL=VALUE", "with silence: which alerts; repeatable, a value may end in *"),
        OptionSpec("for", "TIME", "with silence: how long, such as 2h"),
        OptionSpec("by", "NAME", "with silence: who wants it (USER)"),
        OptionSpec("why", "TEXT", "with silence: the reason"),
    ]

    static let command = Command(
        name: "alerts", summary: "list what fires, and silence it", takesMoreOperands: true,
        options: filters + [OptionSpec("fail-if-any", nil, "exit with 1 where anything is listed")] + silencing
            + CollectorClient.options,
        details: """
            unmask alerts                           lists what is pending or fires
            unmask alerts silence --match edge_service=production/shop/* --for 2h --why migration
            unmask alerts silences                  lists the times in which some alerts are told to nobody
            unmask alerts unsilence ID              ends one of them
            unmask alerts test NAME                 sends a message marked as a test through the exporter NAME
            Labels are those that `unmask alerts --json` shows, and rule and severity.
            """,
        run: { arguments, console throws(CommandError) in
            let client = CollectorClient(arguments, console)
            switch arguments.operands.first {
            case nil: return try list(arguments, console, client)
            case "silence": return try silence(arguments, console, client)
            case "silences": return try silences(arguments, console, client)
            case "unsilence": return try unsilence(arguments, console, client)
            case "test":
                guard arguments.operands.count == 2 else { throw .usage("alerts test needs NAME, an exporter's") }
                return try ExportersCommand.test(arguments.operands[1], client, arguments, console)
            case let verb?:
                let hint = NearestName.hint(verb, among: ["silence", "silences", "unsilence", "test"])
                throw .usage("alerts knows no \(SafeText.quoted(verb))\(hint)")
            }
        })

    // MARK: The list

    private static func list(
        _ arguments: Arguments, _ console: Console, _ client: CollectorClient
    ) throws(CommandError) -> ExitCode {
        let query = filters.compactMap { filter in arguments[filter.name].map { (filter.name, $0) } }
        let body = try client.get("/api/v1/alerts", query: query, missing: "the server has no alerts")
        let document = try client.document(body)
        if arguments.has("json") {
            console.writeOut(body)
        } else {
            console.out(text(document, console.style(ascii: arguments.has("ascii"))))
        }
        let isQuiet = document["items"]?.array?.isEmpty ?? true
        return arguments.has("fail-if-any") && !isQuiet ? .failure : .success
    }

    static func text(_ document: JSONValue, _ style: TextStyle) -> String {
        let items = document["items"]?.array ?? []
        guard !items.isEmpty else { return "no alerts\n" }
        var table = TextTable(columns: [
            .fixed("SINCE (UTC)"), .fixed("STATE"), .fixed("SEVERITY"), .fixed("RULE"), .fixed("TRACES"),
            .flexible("WHAT"), .flexible("TOLD"),
        ])
        for item in items { table.add(row(item).map { SafeText.escape($0, style: style) }) }
        let more = document["nextCursor"]?.string == nil ? "" : "there are more: --limit\n"
        return table.text(style) + more
    }

    private static func row(_ item: JSONValue) -> [String] {
        var state = item["state"]?.string ?? "?"
        if item["silencedBy"]?.string != nil { state = "silenced" }
        if let reason = item["resolvedReason"]?.string { state += " (\(reason))" }
        return [
            moment(item["startedAt"]), state, item["severity"]?.string ?? "?", item["rule"]?.string ?? "?",
            "\(item["figures"]?["traces"]?.int64 ?? 0)", item["summary"]?.string ?? "?", told(item),
        ]
    }

    private static func told(_ item: JSONValue) -> String {
        let tellings = item["told"]?.array ?? []
        guard !tellings.isEmpty else { return "-" }
        return tellings.map { telling in
            let name = telling["exporter"]?.string ?? "?"
            let state = telling["state"]?.string ?? "?"
            let answer = telling["answer"]?.string ?? ""
            return "\(name) \(state)" + (answer.isEmpty ? "" : " (\(answer))")
        }.joined(separator: ", ")
    }

    private static func moment(_ value: JSONValue?) -> String {
        (value?.string ?? "?").dropFirst(5).prefix(14).split(separator: "T").joined(separator: " ")
    }

    // MARK: Silences

    private static func silence(
        _ arguments: Arguments, _ console: Console, _ client: CollectorClient
    ) throws(CommandError) -> ExitCode {
        guard arguments.operands.count == 1 else { throw .usage("alerts silence takes options only") }
        let body = try silenceBody(arguments, console)
        let answer = try client.post(
            "/api/v1/silences", body, type: "application/json", missing: "the server takes no silences")
        if arguments.has("json") {
            console.writeOut(answer)
        } else {
            let document = try client.document(answer)
            let until = document["to"]?.string ?? "?"
            let id = document["id"]?.string ?? "?"
            console.out(
                SafeText.escape("silenced until \(until); unmask alerts unsilence \(id) ends it", style: .plain) + "\n")
        }
        return .success
    }

    private static func silenceBody(_ arguments: Arguments, _ console: Console) throws(CommandError) -> [UInt8] {
        var labels: [(String, String)] = []
        for text in arguments.all("match") {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw .usage("--match must be like edge_service=production/shop/*, not \(SafeText.quoted(text))")
            }
            labels.append((String(parts[0]), String(parts[1])))
        }
        guard !labels.isEmpty else { throw .usage("a silence needs --match: which alerts?") }
        guard let duration = try arguments.duration("for") else { throw .usage("a silence needs --for: how long?") }
        guard let why = arguments["why"] else { throw .usage("a silence needs --why: the reason") }
        let by = arguments["by"] ?? console.environment("USER") ?? ""
        guard !by.isEmpty else { throw .usage("a silence needs --by: who wants it?") }
        var writer = JSONWriter()
        writer.object { writer in
            writer.objectField("match") { writer in
                for (name, value) in labels { writer.field(name, value) }
            }
            writer.field("duration", duration)
            writer.field("by", by)
            writer.field("why", why)
        }
        return writer.bytes
    }

    private static func silences(
        _ arguments: Arguments, _ console: Console, _ client: CollectorClient
    ) throws(CommandError) -> ExitCode {
        let body = try client.get("/api/v1/silences", missing: "the server has no silences")
        guard !arguments.has("json") else {
            console.writeOut(body)
            return .success
        }
        let style = console.style(ascii: arguments.has("ascii"))
        let items = try client.document(body)["items"]?.array ?? []
        guard !items.isEmpty else {
            console.out("no silences\n")
            return .success
        }
        var table = TextTable(columns: [
            .fixed("ID"), .fixed("ACTIVE"), .fixed("UNTIL (UTC)"), .flexible("MATCH"), .flexible("BY"),
            .flexible("WHY"),
        ])
        for item in items {
            let match = (item["match"]?.object?.members ?? []).map { "\($0.key)=\($0.value.string ?? "?")" }
            let until = item["daily"]?.string.map { "daily \($0)" } ?? moment(item["to"])
            let cells = [
                item["id"]?.string ?? "?", item["active"]?.bool ?? false ? "yes" : "no", until,
                match.joined(separator: " "), item["by"]?.string ?? "", item["why"]?.string ?? "",
            ]
            table.add(cells.map { SafeText.escape($0, style: style) })
        }
        console.out(table.text(style))
        return .success
    }

    private static func unsilence(
        _ arguments: Arguments, _ console: Console, _ client: CollectorClient
    ) throws(CommandError) -> ExitCode {
        guard arguments.operands.count == 2 else { throw .usage("alerts unsilence needs an ID") }
        let id = arguments.operands[1]
        _ = try client.delete(
            "/api/v1/silences/\(PercentCoding.encode(id))", missing: "there is no silence \(SafeText.quoted(id)) to end"
        )
        console.out("ended\n")
        return .success
    }
}

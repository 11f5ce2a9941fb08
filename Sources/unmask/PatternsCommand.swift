import JSON

/// `unmask patterns`: the ways in which failures are hidden, the worst first.
enum PatternsCommand {
    private static let filters = [
        OptionSpec(
            "verdict", "NAME", "masked, degraded, suspect; several with commas",
            choices: ["masked", "degraded", "suspect"]),
        ListQuery.kind, ListQuery.service, ListQuery.route, ListQuery.maskService, ListQuery.originService,
        ListQuery.originClass, ListQuery.text,
        OptionSpec("new-since", "TIME", "first seen not before"),
        OptionSpec(
            "chronic", "true|false", "what a route has always had, or only all else", choices: ["true", "false"]),
        OptionSpec("from", "TIME", "last seen not before, as 2026-03-01T08:00:00Z"),
        OptionSpec("to", "TIME", "last seen before"),
        ListQuery.sort(["count", "rate", "recent", "new", "share"]), ListQuery.limit, ListQuery.cursor,
    ]

    private static let more = [
        OptionSpec("new", nil, "only those first seen within a day, or within --since"),
        OptionSpec("since", "DURATION", "last seen within so long, as 10m or 2h; with --new first seen"),
        ListQuery.failIfAny,
    ]

    static let command = Command(
        name: "patterns", summary: "list the ways in which failures are hidden",
        options: filters + more + CollectorClient.options,
        details: """
            A step of a deploy pipeline that fails where the last ten minutes brought a new way:
              unmask patterns --new --since 10m --verdict masked --fail-if-any
            """,
        run: { arguments, console throws(CommandError) in
            let client = CollectorClient(arguments, console)
            let items = ListQuery.items(arguments, filters) + (try window(arguments))
            let body = try client.get(
                "/api/v1/patterns", query: items, missing: "the server has no list of patterns")
            return try ListQuery.show(body, arguments, console, client, text: text)
        })

    private static func window(_ arguments: Arguments) throws(CommandError) -> [(String, String)] {
        guard arguments.has("new") else { return try ListQuery.start(arguments).map { [("from", $0)] } ?? [] }
        if arguments.has("new-since") { throw .usage("--new and --new-since say the same thing: give one of them") }
        let day: UInt64 = 86_400_000_000_000
        return [("new-since", try ListQuery.start(arguments) ?? ListQuery.time(before: day))]
    }

    static func text(_ document: JSONValue, _ style: TextStyle) -> String {
        let items = document["items"]?.array ?? []
        guard !items.isEmpty else { return "no patterns\n" }
        var table = TextTable(columns: [
            .fixed("VERDICT"), .fixed("COUNT"), .fixed("/MIN"), .fixed("LAST SEEN"), .fixed(""), .flexible("EDGE"),
            .flexible("BEGAN IN"), .flexible("SWALLOWED IN"), .flexible("FINGERPRINT"),
        ])
        for item in items { table.add(row(item, style)) }
        return table.text(style) + ListQuery.more(document, style)
    }

    private static func row(_ item: JSONValue, _ style: TextStyle) -> [String] {
        let counts = item["counts"]
        let count = ["masked", "degraded", "suspect"].reduce(Int64(0)) { $0 + (counts?[$1]?.int64 ?? 0) }
        let cells = [
            item["verdict"]?.string ?? "?", String(count),
            NumberText.fixed(item["ratePerMinute"]?.double ?? 0, digits: 1), NumberText.time(item["lastSeen"]),
            marks(item, style), TraceWords.place(item["edge"], "route") ?? "-",
            TraceWords.place(item["origin"], "operation") ?? "-",
            TraceWords.place(item["maskPoint"], "operation") ?? "-", item["fingerprint"]?.string ?? "?",
        ]
        return cells.map { SafeText.escape($0, style: style) }
    }

    /// What is remarkable about it, in words that need no legend.
    private static func marks(_ item: JSONValue, _ style: TextStyle) -> String {
        var words: [String] = []
        if item["isNew"]?.bool == true { words.append("new") }
        if item["isChronic"]?.bool == true { words.append("chronic") }
        if let trend = item["trend"]?.string, trend != "steady" { words.append(trend) }
        if let mark = item["feedback"]?["mark"]?.string { words.append(mark) }
        return words.joined(separator: ",")
    }
}

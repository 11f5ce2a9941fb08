import JSON

/// `unmask routes`: what callers were told against what they got, route by route.
enum RoutesCommand {
    private static let filters = [
        ListQuery.service, ListQuery.route, ListQuery.text, OptionSpec("from", "TIME", "begin of the window"),
        OptionSpec("to", "TIME", "its end"),
        OptionSpec("step", "DURATION", "of the series in --json, a multiple of a minute"),
        ListQuery.sort(["gap", "traffic", "name", "masked"]), ListQuery.limit, ListQuery.cursor,
    ]

    static let command = Command(
        name: "routes", summary: "list edge routes: apparent rate, real rate and the gap between them",
        options: filters + [
            OptionSpec("since", "DURATION", "a window of the latest so long, an hour by default"),
            OptionSpec("no-series", nil, "leave the series out of --json"),
        ] + CollectorClient.options,
        run: { arguments, console throws(CommandError) in
            let client = CollectorClient(arguments, console)
            var items = ListQuery.items(arguments, filters)
            if let start = try ListQuery.start(arguments) { items.append(("from", start)) }
            if !arguments.has("json") || arguments.has("no-series") { items.append(("series", "false")) }
            let body = try client.get("/api/v1/routes", query: items, missing: "the server has no list of routes")
            return try ListQuery.show(body, arguments, console, client, text: text)
        })

    static func text(_ document: JSONValue, _ style: TextStyle) -> String {
        let items = document["items"]?.array ?? []
        guard !items.isEmpty else { return "no routes\n" }
        var table = TextTable(columns: [
            .flexible("ROUTE"), .fixed("REQUESTS"), .fixed("APPARENT"), .fixed("REAL"), .fixed("GAP"),
            .fixed("MASKED"), .fixed("FAILED"), .fixed("DEGRADED"), .fixed("SUSPECT"), .fixed("RECOVERED"),
        ])
        for item in items { table.add(row(item, style)) }
        return table.text(style) + ListQuery.more(document, style)
    }

    private static func row(_ item: JSONValue, _ style: TextStyle) -> [String] {
        let window = item["window"]
        func count(_ names: String...) -> Int64 { names.reduce(0) { $0 + (window?[$1]?.int64 ?? 0) } }
        let numbers = [
            String(count("ok", "failed", "disguised", "excluded")), NumberText.percent(window?["apparentRate"]),
            NumberText.percent(window?["realRate"]), NumberText.percent(window?["gap"]),
            String(count("masked", "disguised")), String(count("failed")), String(count("degraded")),
            String(count("suspect")), String(count("recovered")),
        ]
        return [SafeText.escape(TraceWords.place(item, "route") ?? "?", style: style)] + numbers
    }
}

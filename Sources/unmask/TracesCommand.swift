import JSON

/// `unmask traces`: the list, newest first.
enum TracesCommand {
    private static let filters = [
        OptionSpec("verdict", "NAME", "masked, failed, degraded, suspect, recovered, clean ..."),
        OptionSpec("service", "NAME", "the edge's service"),
        OptionSpec("route", "ROUTE", "the edge's method and route"),
        OptionSpec("kind", "NAME", "how it was hidden: caught, rewritten, fallback ..."),
        OptionSpec("mask-service", "NAME", "the service that swallowed the failure"),
        OptionSpec("origin-service", "NAME", "the service where it began"),
        OptionSpec("from", "TIME", "not before, as 2026-03-01T08:00:00Z"),
        OptionSpec("to", "TIME", "before"),
        OptionSpec("limit", "N", "how many, 50 by default"),
        OptionSpec("cursor", "CURSOR", "go on where an earlier list ended"),
    ]

    static let command = Command(
        name: "traces", summary: "list traces and their verdicts", options: filters + CollectorClient.options,
        run: { arguments, console throws(CommandError) in
            let query = filters.compactMap { filter in arguments[filter.name].map { (filter.name, $0) } }
            let client = CollectorClient(arguments, console)
            let body = try client.get("/api/v1/traces", query: query, missing: "the server has no list of traces")
            if arguments.has("json") {
                console.writeOut(body)
            } else {
                console.out(text(try client.document(body), console.style(ascii: arguments.has("ascii"))))
            }
            return .success
        })

    static func text(_ document: JSONValue, _ style: TextStyle) -> String {
        let items = (document["items"]?.array ?? []).sorted { started($0) > started($1) }
        guard !items.isEmpty else { return "no traces\n" }
        var table = TextTable(columns: [
            .fixed("STARTED (UTC)"), .fixed("VERDICT"), .fixed("TRACE"), .fixed("CODE"), .flexible("EDGE"),
            .flexible("BEGAN IN"), .flexible("SWALLOWED IN"),
        ])
        for item in items { table.add(row(item, style)) }
        let more = document["nextCursor"]?.string.map { "more: --cursor \(SafeText.escape($0, style: style))\n" }
        return table.text(style) + (more ?? "")
    }

    private static func started(_ item: JSONValue) -> String { item["startTime"]?.string ?? "" }

    private static func row(_ item: JSONValue, _ style: TextStyle) -> [String] {
        let edge = item["edge"]
        let cells = [
            started(item).dropFirst(5).prefix(14).split(separator: "T").joined(separator: " "),
            item["verdict"]?.string ?? "?",
            item["traceId"]?.string ?? "?", TraceWords.code(edge) ?? "-", TraceWords.place(edge, "route") ?? "-",
            TraceWords.place(item["origin"], "operation") ?? "-",
            TraceWords.place(item["maskPoint"], "operation") ?? "-",
        ]
        return cells.map { SafeText.escape($0, style: style) }
    }
}

/// How the parts of the collector's JSON are called in text.
enum TraceWords {
    private static let placeScalarsMax = 100

    /// A service and what it did, short enough to leave room for the rest of a sentence.
    static func place(_ value: JSONValue?, _ operation: String) -> String? {
        guard let value, let service = value["service"]?.string else { return nil }
        let words = [service, value[operation]?.string ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        let scalars = words.unicodeScalars
        guard scalars.count > placeScalarsMax else { return words }
        return String(String.UnicodeScalarView(scalars.prefix(placeScalarsMax - 3))) + "..."
    }

    /// What was answered: the gRPC code where there is one, as it decides, else the HTTP code.
    static func code(_ value: JSONValue?) -> String? {
        value?["grpcCode"]?.string ?? value?["httpCode"]?.int64.map(String.init)
    }
}

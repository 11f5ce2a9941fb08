import JSON

/// `unmask traces`: the list, newest first.
enum TracesCommand {
    private static let filters = [
        ListQuery.verdict, ListQuery.service, ListQuery.route, ListQuery.kind, ListQuery.maskService,
        OptionSpec("mask-operation", "NAME", "the operation that swallowed it"), ListQuery.originService,
        OptionSpec("origin-operation", "NAME", "the operation where it began"), ListQuery.originClass,
        OptionSpec("fingerprint", "HEX", "of one pattern"),
        OptionSpec("attribute", "KEY:VALUE", "a span of the trace bears this; may be given again"), ListQuery.text,
        ListQuery.from, ListQuery.to, ListQuery.sort(["newest", "oldest", "longest", "shortest"]), ListQuery.limit,
        ListQuery.cursor,
    ]

    private static let lengths = [
        OptionSpec("min-duration", "DURATION", "at least so long, as 250ms or 2s"),
        OptionSpec("max-duration", "DURATION", "at most so long"),
    ]

    static let command = Command(
        name: "traces", summary: "list traces and their verdicts",
        options: filters + lengths + [ListQuery.since, ListQuery.failIfAny] + CollectorClient.options,
        run: { arguments, console throws(CommandError) in
            var query = ListQuery.items(arguments, filters)
            for option in lengths {
                if let length = try arguments.duration(option.name) { query.append((option.name, String(length))) }
            }
            if let start = try ListQuery.start(arguments) { query.append(("from", start)) }
            let client = CollectorClient(arguments, console)
            let body = try client.get("/api/v1/traces", query: query, missing: "the server has no list of traces")
            let isSorted = arguments.has("sort")
            return try ListQuery.show(body, arguments, console, client) { text($0, $1, isSorted: isSorted) }
        })

    /// `isSorted`: in the order that was asked for; without it the newest start comes first.
    static func text(_ document: JSONValue, _ style: TextStyle, isSorted: Bool = false) -> String {
        var items = document["items"]?.array ?? []
        if !isSorted { items.sort { started($0) > started($1) } }
        guard !items.isEmpty else { return "no traces\n" }
        var table = TextTable(columns: [
            .fixed("STARTED (UTC)"), .fixed("VERDICT"), .fixed("TRACE"), .fixed("CODE"), .flexible("EDGE"),
            .flexible("BEGAN IN"), .flexible("SWALLOWED IN"),
        ])
        for item in items { table.add(row(item, style)) }
        return table.text(style) + ListQuery.more(document, style)
    }

    private static func started(_ item: JSONValue) -> String { item["startTime"]?.string ?? "" }

    private static func row(_ item: JSONValue, _ style: TextStyle) -> [String] {
        let edge = item["edge"]
        let cells = [
            NumberText.time(item["startTime"]),
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

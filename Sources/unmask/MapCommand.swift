import JSON

/// `unmask map`: who calls whom, where failures begin and where they are swallowed.
enum MapCommand {
    private static let filters = [
        OptionSpec("service", "NAME", "this service and its neighbours"),
        OptionSpec("from", "TIME", "begin of the window"),
        OptionSpec("to", "TIME", "its end"),
    ]

    static let command = Command(
        name: "map", summary: "show services and their calls, where failures begin and where they are swallowed",
        options: filters + [OptionSpec("since", "DURATION", "a window of the latest so long")]
            + CollectorClient.options,
        run: { arguments, console throws(CommandError) in
            let client = CollectorClient(arguments, console)
            var items = ListQuery.items(arguments, filters)
            if let start = try ListQuery.start(arguments) { items.append(("from", start)) }
            let body = try client.get("/api/v1/map", query: items, missing: "the server has no map of services")
            return try ListQuery.show(body, arguments, console, client, text: text)
        })

    static func text(_ document: JSONValue, _ style: TextStyle) -> String {
        let nodes = document["nodes"]?.array ?? []
        let edges = document["edges"]?.array ?? []
        guard !nodes.isEmpty else { return "no services\n" }
        var services = TextTable(columns: [
            .flexible("SERVICE"), .fixed("KIND"), .fixed("REQUESTS"), .fixed("BEGAN HERE"), .fixed("SWALLOWED HERE"),
        ])
        for node in nodes.sorted(by: worse) { services.add(row(node, style)) }
        guard !edges.isEmpty else { return services.text(style) }
        var calls = TextTable(columns: [
            .flexible("FROM"), .flexible("TO"), .fixed("KIND"), .fixed("REQUESTS"), .fixed("FAILED"),
            .fixed("SWALLOWED"),
        ])
        for edge in edges { calls.add(call(edge, style)) }
        return services.text(style) + "\n" + calls.text(style)
    }

    /// Where something is swallowed comes first, then where it begins.
    private static func worse(_ left: JSONValue, _ right: JSONValue) -> Bool {
        func rank(_ node: JSONValue) -> (Double, Double) {
            (-(node["masks"]?.double ?? 0), -(node["originates"]?.double ?? 0))
        }
        let (one, other) = (rank(left), rank(right))
        return one == other ? left["service"]?.string ?? "" < right["service"]?.string ?? "" : one < other
    }

    private static func row(_ node: JSONValue, _ style: TextStyle) -> [String] {
        let kind = (node["kind"]?.string ?? "?") + (node["edge"]?.bool == true ? ", edge" : "")
        return [node["service"]?.string ?? "?", kind].map { SafeText.escape($0, style: style) } + [
            number(node["requests"]), number(node["originates"]), number(node["masks"]),
        ]
    }

    private static func call(_ edge: JSONValue, _ style: TextStyle) -> [String] {
        [edge["from"]?.string ?? "?", edge["to"]?.string ?? "?", edge["kind"]?.string ?? "?"].map {
            SafeText.escape($0, style: style)
        } + [number(edge["requests"]), number(edge["failures"]), number(edge["masked"])]
    }

    /// Weights may have a fraction.
    private static func number(_ value: JSONValue?) -> String {
        guard let number = value?.double else { return "-" }
        return NumberText.fixed(number, digits: number.rounded() == number ? 0 : 1)
    }
}

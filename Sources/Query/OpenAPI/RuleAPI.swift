extension APIPart {
    static let rules = APIPart(
        tag: "rules", about: "Rules, and traces from files.",
        operations: [
            APIOperation(
                method: "POST", path: "/api/v1/rules/try", about: "What other rules would change.",
                body: ("application/yaml", .text),
                answers: [.init(status: 200, about: "The changes.", schema: .reference("Trial"))],
                problems: [413, 422]),
            APIOperation(
                method: "POST", path: "/api/v1/import", about: "Traces as Jaeger, Zipkin, X-Ray or OTLP write them.",
                body: ("application/json", .anything),
                answers: [
                    .init(status: 200, about: "All were taken.", schema: .reference("Import")),
                    .init(status: 207, about: "Some were taken.", schema: .reference("Import")),
                ], problems: [413, 415, 503]),
        ],
        schemas: [
            (
                "Trial",
                .object([
                    ("judged", .count), ("changed", .count),
                    (
                        "changes",
                        .list(
                            .object([
                                ("from", .text), ("to", .text), ("count", .count), ("examples", .list(.traceID)),
                            ]))
                    ),
                ])
            ),
            (
                "Import",
                .object([
                    ("acceptedSpans", .count),
                    ("rejected", .list(.object([("reason", .text), ("spans", .count)]))),
                ])
            ),
        ])
}

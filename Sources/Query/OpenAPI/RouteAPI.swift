import TraceModel

extension APIPart {
    private static let counters = [
        "ok", "failed", "masked", "disguised", "degraded", "suspect", "recovered", "excluded",
    ]
    private static let share = APISchema.nullable(.number)
    private static let rates: [(name: String, schema: APISchema)] = [
        ("apparentRate", share), ("realRate", share), ("gap", share),
    ]

    static let routes = APIPart(
        tag: "routes", about: "What callers were told, and what they got.",
        operations: [
            APIOperation(
                method: "GET", path: "/api/v1/routes", about: "Routes with their rates over a stretch of time.",
                parameters: [
                    .name("service", "The edge's service."), .name("route", "Its method and route."), .text, .from, .to,
                    .step, .query("sort", "The order.", .words(RouteQuery.Sort.allCases.map(\.rawValue))),
                    .query("series", "Whether the series come too.", .words(["true", "false"])), .limit, .cursor,
                ], answers: [.init(status: 200, about: "A page.", schema: .page(of: .reference("Route")))],
                problems: [410])
        ], schemas: [("Route", route)])

    private static let route = APISchema.object(
        [
            ("service", .text), ("route", .text),
            ("traces", .object(VerdictKind.allCases.map { ($0.name, .count) })),
        ] + rates + [
            ("sampled", .flag), ("lastSeen", .time), ("perMinute", .number),
            ("window", .object(counters.map { ($0, .count) } + rates)),
            (
                "profile",
                .nullable(
                    .object([
                        ("traces", .number), ("usualDuration", .nullable(.count)),
                        (
                            "steps",
                            .list(.object([("service", .text), ("name", .text), ("share", .number)]))
                        ),
                    ]))
            ),
        ])
}

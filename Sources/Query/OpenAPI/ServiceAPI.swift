import Judging

extension APIPart {
    static let services = APIPart(
        tag: "services", about: "Services and who calls whom.",
        operations: [
            APIOperation(
                method: "GET", path: "/api/v1/services", about: "Services in the order of their names.",
                parameters: [.text, .limit, .cursor],
                answers: [.init(status: 200, about: "A page.", schema: .page(of: .reference("Service")))]),
            APIOperation(
                method: "GET", path: "/api/v1/map", about: "The service graph; requests inside are estimates.",
                parameters: [.from, .to, .name("service", "It and its neighbours alone.")],
                answers: [.init(status: 200, about: "The graph.", schema: .reference("Map"))], problems: [404]),
        ],
        schemas: [
            (
                "Service",
                .object([
                    ("service", .text), ("edgeRoutes", .count), ("masks", .number), ("originates", .number),
                    ("hops", .count), ("lastSeen", .nullable(.time)),
                ])
            ),
            ("Map", .object([("nodes", .list(node)), ("edges", .list(link))])),
        ])

    private static let node = APISchema.object([
        ("service", .text), ("kind", .words(["service", "peer", "gateway", "database", "queue"])), ("edge", .flag),
        ("masks", .count), ("originates", .count), ("requests", .count),
    ])

    private static let link = APISchema.object([
        ("from", .text), ("to", .text), ("kind", .words(UsualLink.Kind.allCases.map(\.rawValue))),
        ("requests", .count), ("failures", .count), ("masked", .count),
    ])
}

extension APIPart {
    static let status = APIPart(
        tag: "status", about: "How the collector itself is.",
        operations: [
            APIOperation(
                method: "GET", path: "/api/v1/status", about: "Version, memory and how much came.",
                answers: [.init(status: 200, about: "The state.", schema: .reference("Status"))]),
            APIOperation(
                method: "GET", path: "/api/v1/openapi.json", about: "This document.",
                answers: [.init(status: 200, about: "The document.", schema: .table(.anything))]),
            APIOperation(
                method: "GET", path: "/healthz", about: "Answers while the process does.",
                answers: [.init(status: 200, about: "It lives.", type: "text/plain; charset=utf-8", schema: .text)]),
            APIOperation(
                method: "GET", path: "/readyz", about: "Whether spans are taken and findings written.",
                answers: [.init(status: 200, about: "Both.", schema: .object([("ready", .flag)]))], problems: [503]),
            APIOperation(
                method: "GET", path: "/metrics", about: "Prometheus text.",
                answers: [
                    .init(
                        status: 200, about: "The collector's numbers.",
                        type: "text/plain; version=0.0.4; charset=utf-8", schema: .text)
                ]),
        ],
        schemas: [
            (
                "Status",
                .object([
                    ("version", .text), ("startedAt", .time), ("spans", .count), ("spansHot", .count),
                    ("traces", .count),
                    (
                        "memory",
                        .object([("usedBytes", .count), ("budgetBytes", .count), ("residentBytes", .count)])
                    ), ("rules", .object([("version", .count), ("feedback", .count)])), ("epoch", .text),
                ])
            )
        ])
}

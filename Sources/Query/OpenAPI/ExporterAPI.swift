extension APIPart {
    static let exporters = APIPart(
        tag: "exporters", about: "Where messages go, and what became of them.",
        operations: [
            APIOperation(
                method: "GET", path: "/api/v1/exporters", about: "All exporters, with state and counts.",
                answers: [.init(status: 200, about: "All on one page.", schema: .page(of: .reference("Exporter")))]),
            APIOperation(
                method: "GET", path: "/api/v1/exporters/{name}/dead", about: "What was given up, oldest first.",
                parameters: [
                    exporterName, .limit, .query("cursor", "The nextCursor of an earlier answer.", .count),
                ], answers: [.init(status: 200, about: "A page.", schema: .page(of: .reference("DeadLetter")))],
                problems: [404, 503]),
            APIOperation(
                method: "POST", path: "/api/v1/exporters/{name}/replay", about: "Sends again what was given up.",
                parameters: [exporterName], body: ("application/json", .reference("ReplayWish")), isBodyOptional: true,
                answers: [.init(status: 200, about: "How many wait again.", schema: .reference("Replay"))],
                problems: [404, 413, 503]),
            APIOperation(
                method: "POST", path: "/api/v1/exporters/{name}/test",
                about: "Sends a message marked as a test, past the queue.", parameters: [exporterName],
                answers: [.init(status: 200, about: "What the target said.", schema: .reference("ExporterTest"))],
                problems: [404, 429]),
        ],
        schemas: [
            ("Exporter", exporter), ("DeadLetter", deadLetter), ("Replay", .object([("replayed", .count)])),
            ("ReplayWish", .form(required: [], optional: [("ids", .list(.text))])),
            (
                "ExporterTest",
                .object([("exporter", .text), ("delivered", .flag), ("answer", .text), ("duration", .count)])
            ),
        ])

    private static let exporterName = APIOperation.Parameter(
        name: "name", place: .path, about: "The exporter's name.", schema: .text)

    private static let exporter = APISchema.object([
        ("name", .text), ("type", .text), ("target", .text), ("state", .words(["ok", "retrying", "down"])),
        ("waiting", .count), ("oldestAt", .nullable(.time)), ("delivered", .count), ("dead", .count),
        ("dropped", .table(.count)), ("lastAnswer", .nullable(.text)), ("lastAt", .nullable(.time)),
        ("fault", .nullable(.text)),
    ])

    private static let deadLetter = APISchema.object([
        ("id", .text), ("kind", .text), ("alerts", .list(.text)), ("bytes", .count), ("createdAt", .time),
        ("diedAt", .time), ("reason", .text), ("answer", .text), ("attempts", .count),
    ])
}

/// What one desk answers, described beside the others' parts in a file of its own.
struct APIPart: Sendable {
    let tag: String
    let about: String
    let operations: [APIOperation]
    /// By name, for references.
    var schemas: [(name: String, schema: APISchema)] = []

    /// Every part of the document. A new desk adds its own here.
    static let all: [APIPart] = [
        .traces, .patterns, .routes, .services, .stream, .feedback, .rules, .alerts, .exporters, .status,
    ]

    static func page(of schema: APISchema) -> APISchema {
        .object([("items", .list(schema)), ("nextCursor", .nullable(.text))])
    }
}

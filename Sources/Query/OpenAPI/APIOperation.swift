import JSON

/// One thing that may be asked of a path.
struct APIOperation: Sendable {
    struct Parameter: Sendable {
        enum Place: String, Sendable {
            case path, query, header
        }

        let name: String
        let place: Place
        let about: String
        let schema: APISchema
        /// May stand there more than once.
        var repeats = false
        var isRequired = false
    }

    struct Answer: Sendable {
        let status: Int
        let about: String
        var type = "application/json"
        var schema: APISchema?
    }

    let method: String
    let path: String
    let about: String
    var parameters: [Parameter] = []
    /// Of a request that has one.
    var body: (type: String, schema: APISchema)?
    var isBodyOptional = false
    let answers: [Answer]
    /// Problems beside those that every operation may have.
    var problems: [Int] = []

    func write(tag: String, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("tags", [tag])
            writer.field("summary", about)
            writer.field("operationId", operationID)
            writer.arrayField("parameters", of: parameters) { $0.value($1) }
            if let body {
                writer.objectField("requestBody") { writer in
                    writer.field("required", !isBodyOptional)
                    Self.content(body.type, body.schema, &writer)
                }
            }
            writer.objectField("responses") { responses(&$0) }
        }
    }

    private var operationID: String {
        let words = path.split { "/{}.".contains($0) }.dropFirst(path.hasPrefix("/api/v1/") ? 2 : 0)
        return method.lowercased() + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private func responses(_ writer: inout JSONWriter) {
        for answer in answers {
            writer.objectField(String(answer.status)) { writer in
                writer.field("description", answer.about)
                if let schema = answer.schema { Self.content(answer.type, schema, &writer) }
            }
        }
        for status in Set(problems + [400, 401]).sorted() {
            writer.objectField(String(status)) { writer in
                writer.field("$ref", "#/components/responses/Problem")
            }
        }
    }

    private static func content(_ type: String, _ schema: APISchema, _ writer: inout JSONWriter) {
        writer.objectField("content") { writer in
            writer.objectField(type) { $0.field("schema", schema) }
        }
    }
}

extension APIOperation.Parameter: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("name", name)
            writer.field("in", place.rawValue)
            writer.field("description", about)
            if isRequired || place == .path { writer.field("required", true) }
            if repeats {
                writer.field("style", "form")
                writer.field("explode", true)
            }
            writer.field("schema", repeats ? .list(schema) : schema)
        }
    }
}

extension APIOperation.Parameter {
    /// A name that a reader may ask for; empty ones are refused.
    static func name(_ name: String, _ about: String) -> Self {
        Self(name: name, place: .query, about: about, schema: .matching("^[\\s\\S]+$"))
    }

    static func query(_ name: String, _ about: String, _ schema: APISchema) -> Self {
        Self(name: name, place: .query, about: about, schema: schema)
    }

    static let from = query("from", "Not before this time.", .time)
    static let to = query("to", "Before this time.", .time)
    static let step = query(
        "step", "Nanoseconds of a step of the series, a multiple of a minute.", .matching("^[1-9]\\d{0,8}0000000000$"))
    static let text = name("text", "Part of any name, in either case.")
    static let limit = query(
        "limit", "How many.", .integer(1...RequestParameters.limitMax))
    static let cursor = name("cursor", "The nextCursor of an earlier answer; other filters are then those of then.")
}

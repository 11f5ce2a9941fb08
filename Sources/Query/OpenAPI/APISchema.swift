import JSON

/// A JSON Schema, as far as the API needs one.
indirect enum APISchema: JSONWritable, Sendable {
    case text
    case words([String])
    case matching(String)
    case integer(ClosedRange<Int>)
    case number
    case flag
    case reference(String)
    case list(APISchema)
    case object([(name: String, schema: APISchema)])
    /// What is sent to the API: nothing else may be there.
    case form(required: [(name: String, schema: APISchema)], optional: [(name: String, schema: APISchema)])
    /// Names that are not known before, all with the same sort of value.
    case table(APISchema)
    case nullable(APISchema)
    case anything

    /// What a counter is.
    static let count = APISchema.integer(0...Int.max)
    static let time = APISchema.matching(
        "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?Z$")
    static let traceID = APISchema.matching("^[0-9a-fA-F]{1,32}$")
    static let spanID = APISchema.matching("^[0-9a-f]{16}$")
    static let fingerprint = APISchema.matching("^[0-9a-fA-F]{32}$")

    func write(to writer: inout JSONWriter) {
        writer.object { fill(&$0) }
    }

    private func fill(_ writer: inout JSONWriter) {
        switch self {
        case .text: writer.field("type", "string")
        case .words(let words): writer.field("enum", words)
        case .matching(let pattern):
            writer.field("type", "string")
            writer.field("pattern", pattern)
        case .integer(let range):
            writer.field("type", "integer")
            writer.field("minimum", range.lowerBound)
            writer.field("maximum", range.upperBound)
        case .number: writer.field("type", "number")
        case .flag: writer.field("type", "boolean")
        case .reference(let name): writer.field("$ref", "#/components/schemas/\(name)")
        case .nullable(let schema): writer.field("anyOf", [schema, .words([])].map(Alternative.init))
        case .anything: break
        case .list, .object, .form, .table: fillNested(&writer)
        }
    }

    private func fillNested(_ writer: inout JSONWriter) {
        switch self {
        case .list(let schema):
            writer.field("type", "array")
            writer.field("items", schema)
        case .object(let fields):
            fillProperties(&writer)
            writer.field("required", fields.map(\.name))
        case .form(let required, let optional):
            APISchema.object(required + optional).fillProperties(&writer)
            writer.field("required", required.map(\.name))
            writer.field("additionalProperties", false)
        case .table(let schema):
            writer.field("type", "object")
            writer.field("additionalProperties", schema)
        default: break
        }
    }

    private func fillProperties(_ writer: inout JSONWriter) {
        guard case .object(let fields) = self else { return }
        writer.field("type", "object")
        writer.objectField("properties") { writer in
            for field in fields { writer.field(field.name, field.schema) }
        }
    }

    /// A schema, or null where it has no words.
    private struct Alternative: JSONWritable, Sendable {
        let schema: APISchema

        func write(to writer: inout JSONWriter) {
            if case .words([]) = schema {
                writer.object { $0.field("type", "null") }
            } else {
                schema.write(to: &writer)
            }
        }
    }
}

extension APISchema {
    /// The fields of an object and more of them.
    func with(_ more: [(name: String, schema: APISchema)]) -> APISchema {
        guard case .object(let fields) = self else { preconditionFailure("only objects have fields") }
        return .object(fields + more)
    }
}

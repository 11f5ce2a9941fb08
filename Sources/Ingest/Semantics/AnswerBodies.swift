import Answers
import JSON
import TraceModel

/// Answers that carry their own verdict: what a captured body, or an event about it, says.
enum AnswerBodies {
    private static let depthMax = 32

    static func read(_ reading: inout SpanReading) {
        readEvents(&reading)
        guard let body = reading.attributes.text(reading.rules.bodyKeys) else { return }
        guard body.utf8.count <= reading.rules.bodyBytesMax else { return }
        if looksLikeHTML(body) { reading.mark(.htmlBody) }
        let isGraphQL = reading.attributes.keys.contains { $0.hasPrefix("graphql.") } || isGraphQLRoute(reading.span)
        // A captured body may be cut or may be no JSON at all; then it says nothing.
        guard let value = try? JSONParser.parse(Array(body.utf8), depthMax: depthMax) else { return }
        reading.mark(verdict(value, isGraphQL: isGraphQL))
        if ConfiguredFailures.areIn(value, reading.rules) { reading.mark(.businessFailure) }
    }

    /// The place where GraphQL is spoken by custom.
    private static func isGraphQLRoute(_ span: SpanDetail) -> Bool {
        let path = span.route.prefix { $0 != "?" && $0 != "#" }
        return path.split(separator: "/").last == "graphql"
    }

    private static func readEvents(_ reading: inout SpanReading) {
        if reading.span.events.contains(where: { $0.name == "graphql.error" }) { reading.mark(.graphqlErrors) }
        if let count = reading.attributes.number(["graphql.errors.count", "graphql.error.count"]), count > 0 {
            reading.mark(.graphqlErrors)
        }
    }

    private static func looksLikeHTML(_ body: String) -> Bool {
        let start = body.drop(while: \.isWhitespace).prefix(14).lowercased()
        return start.hasPrefix("<!doctype html") || start.hasPrefix("<html")
    }

    /// What a body says of itself; nothing for a body that says success or speaks of other things.
    static func verdict(_ body: JSONValue, isGraphQL: Bool = false) -> Evidence {
        if let answers = body.array {
            // A batch of JSON-RPC answers.
            return answers.prefix(batchMax).filter { $0["jsonrpc"] != nil }.reduce(into: Evidence()) {
                $0.formUnion(verdict($1))
            }
        }
        guard let object = body.object else { return [] }
        if object["jsonrpc"] != nil { return jsonRPC(object) }
        if let errors = object["errors"]?.array, !errors.isEmpty, isGraphQL || object["data"] != nil {
            return hasData(object["data"]) ? [.graphqlErrors, .graphqlData] : .graphqlErrors
        }
        return Envelope.saysFailure(object) ? .businessFailure : []
    }

    private static let batchMax = 1000

    private static func jsonRPC(_ object: JSONObject) -> Evidence {
        guard let error = object["error"], !error.isNull else { return [] }
        return JSONRPCVerdict.evidence(code: error["code"]?.int64 ?? 0)
    }

    /// An object whose every member is null holds nothing for anybody.
    private static func hasData(_ data: JSONValue?) -> Bool {
        guard let data, !data.isNull else { return false }
        return data.object.map { $0.members.contains { !$0.value.isNull } } ?? true
    }
}

/// The fields in which an answer's outermost object says how it went.
enum Envelope {
    static func saysFailure(_ object: JSONObject) -> Bool {
        if EnvelopeWords.flags.contains(where: { object[$0]?.bool == false }) { return true }
        if EnvelopeWords.words.contains(where: {
            object[$0]?.string.map { EnvelopeWords.failures.contains($0.lowercased()) } ?? false
        }) {
            return true
        }
        return EnvelopeWords.errors.contains { object[$0].map(isSet) ?? false }
    }

    private static func isSet(_ value: JSONValue) -> Bool {
        switch value {
        case .null: false
        case .bool(let flag): flag
        case .int(let number): number != 0
        case .unsigned: true
        case .double(let number): number != 0
        case .string(let text): !EnvelopeWords.isNone(text)
        case .array(let values): !values.isEmpty
        case .object(let object): !object.members.isEmpty
        }
    }
}

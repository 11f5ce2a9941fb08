import Findings
import HTTP
import JSON

/// What somebody says of a pattern, checked.
struct MarkQuery {
    static let authorCharactersMax = 200
    static let noteCharactersMax = 2_000

    let fingerprint: Fingerprint
    /// Nil takes a mark away.
    let kind: PatternMark.Kind?
    let author: String
    let note: String

    init(_ request: HTTPRequest) throws(ParameterMistake) {
        let members = try Self.members(request.body)
        fingerprint = try Self.word(members, "fingerprint", "32 hex digits") { Fingerprint(hex: $0) }
        let words = ["none"] + PatternMark.Kind.allCases.map(\.rawValue)
        let word = try Self.word(members, "mark", RequestParameters.oneOf(words)) { words.contains($0) ? $0 : nil }
        kind = PatternMark.Kind(rawValue: word)
        author = try Self.word(members, "by", "a name of up to \(Self.authorCharactersMax) characters") { name in
            (1...Self.authorCharactersMax).contains(name.unicodeScalars.count) ? name : nil
        }
        guard members["note"] != nil else {
            note = ""
            return
        }
        note = try Self.word(members, "note", "a text of up to \(Self.noteCharactersMax) characters") { text in
            text.unicodeScalars.count <= Self.noteCharactersMax ? text : nil
        }
    }

    private static func members(_ body: [UInt8]) throws(ParameterMistake) -> JSONObject {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONParser.parse(body)
        } catch {
            throw ParameterMistake(detail: "the body is no JSON: \(error)")
        }
        guard let object = value.object else { throw ParameterMistake(detail: "the body must be a JSON object") }
        let names = ["fingerprint", "mark", "by", "note"]
        if let strange = object.members.first(where: { !names.contains($0.key) }) {
            let known = names.joined(separator: ", ")
            throw ParameterMistake(
                detail: "there is no member \(RequestParameters.shown(strange.key)); there are \(known)")
        }
        return object
    }

    private static func word<Value>(
        _ members: JSONObject, _ name: String, _ hint: String, _ parse: (String) -> Value?
    ) throws(ParameterMistake) -> Value {
        guard let value = members[name] else { throw ParameterMistake(detail: "\(name) is missing: \(hint)") }
        guard let text = value.string, let parsed = parse(text) else {
            let shown = String(decoding: JSONWriter.bytes(value), as: UTF8.self)
            throw ParameterMistake(detail: "\(name) must be \(hint), not \(shown.prefix(80))")
        }
        return parsed
    }
}

package import HTTP
import JSON
import TraceModel

/// What is wrong with a question, in one line for the asker.
package struct ParameterMistake: Error, Sendable {
    package let detail: String

    package init(detail: String) {
        self.detail = detail
    }
}

/// The query of a request, asked name by name. Every name is known, no value is empty, and what makes no sense is a
/// mistake of the asker's. Of a name that comes twice the last value counts, or all of them where there may be more.
package struct RequestParameters {
    private let items: [HTTPRequest.QueryItem]

    package init(_ request: HTTPRequest, _ names: [String]) throws(ParameterMistake) {
        for item in request.query {
            guard names.contains(item.name) else {
                let known = names.isEmpty ? "there are none here" : "there are \(names.joined(separator: ", "))"
                throw ParameterMistake(detail: "there is no parameter \(Self.shown(item.name)); \(known)")
            }
            if item.value.isEmpty { throw ParameterMistake(detail: "\(item.name) has no value") }
        }
        items = request.query
    }

    package func texts(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

    package func text(_ name: String) -> String? { items.last { $0.name == name }?.value }

    /// `hint` says what the value must be.
    package func value<Value>(
        _ name: String, _ hint: String, _ parse: (String) -> Value?
    ) throws(ParameterMistake) -> Value? {
        guard let text = text(name) else { return nil }
        guard let value = parse(text) else { throw Self.mistake(name, hint, text) }
        return value
    }

    /// All values, between commas or in items of their own; nil where the name does not come.
    package func set<Value: Hashable>(
        _ name: String, _ hint: String, _ parse: (Substring) -> Value?
    ) throws(ParameterMistake) -> Set<Value>? {
        let texts = texts(name)
        if texts.isEmpty { return nil }
        var values: Set<Value> = []
        for part in texts.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
            guard let value = parse(part) else { throw Self.mistake(name, hint, String(part)) }
            values.insert(value)
        }
        return values
    }

    package static func mistake(_ name: String, _ hint: String, _ value: String) -> ParameterMistake {
        ParameterMistake(detail: "\(name) must be \(hint), not \(shown(value))")
    }

    static func shown(_ value: String) -> String { "\"\(value.prefix(80))\"" }
}

// MARK: What many questions have in common

extension RequestParameters {
    package static let limitDefault = 50
    package static let limitMax = 1000

    package func limit(default standard: Int = limitDefault) throws(ParameterMistake) -> Int {
        try value("limit", "a number from 1 to \(Self.limitMax)") { text in
            Int(text).flatMap { (1...Self.limitMax).contains($0) ? $0 : nil }
        } ?? standard
    }

    package func time(_ name: String) throws(ParameterMistake) -> UInt64? {
        try value(name, "a time such as 2026-03-01T08:00:00Z") { UTCTime(text: $0)?.nanoseconds }
    }

    package func nanoseconds(_ name: String) throws(ParameterMistake) -> UInt64? {
        try value(name, "a number of nanoseconds") { UInt64($0) }
    }

    package func flag(_ name: String) throws(ParameterMistake) -> Bool? {
        try value(name, "true or false") { $0 == "true" ? true : $0 == "false" ? false : nil }
    }

    /// One of the words of an enumeration.
    package func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Choice.Type
    ) throws(ParameterMistake) -> Choice? where Choice.RawValue == String {
        try value(name, Self.oneOf(Choice.allCases.map(\.rawValue))) { Choice(rawValue: $0) }
    }

    func kinds() throws(ParameterMistake) -> Set<MaskKind>? {
        try set("kind", Self.oneOf(MaskKind.allCases.map(\.name))) { MaskKind(name: $0) }
    }

    static func oneOf(_ words: [String]) -> String { "one of \(words.joined(separator: ", "))" }
}

extension HTTPRequest {
    /// Answers, or says what is wrong with the question.
    package func answering(
        _ body: (HTTPRequest) throws(ParameterMistake) -> HTTPResponse
    ) -> HTTPResponse {
        do throws(ParameterMistake) {
            return try body(self)
        } catch {
            return HTTPProblem.badRequest(error.detail, self)
        }
    }
}

import TraceModel

/// A span's attributes by key, and the ways in which instrumentation spells one value: typed, as text, as a list.
struct AttributeIndex {
    private var values: [String: AttributeValue]

    /// Of attributes with the same key the first one counts.
    init(_ attributes: [SpanAttribute]) {
        values = [:]
        values.reserveCapacity(attributes.count)
        for attribute in attributes where values[attribute.key] == nil { values[attribute.key] = attribute.value }
    }

    var keys: Dictionary<String, AttributeValue>.Keys { values.keys }

    subscript(key: String) -> AttributeValue? { values[key] }

    func first(_ keys: [String]) -> AttributeValue? {
        for key in keys {
            if let value = values[key] { return value }
        }
        return nil
    }

    /// The first of these attributes that says anything.
    func text(_ keys: [String]) -> String? {
        for key in keys {
            if let text = values[key]?.text, !text.isEmpty { return text }
        }
        return nil
    }

    func text(_ key: String) -> String? { text([key]) }

    func number(_ keys: [String]) -> Int64? {
        for key in keys {
            if let number = values[key]?.whole { return number }
        }
        return nil
    }

    /// One of these attributes says yes.
    func isTrue(_ keys: [String]) -> Bool { keys.contains { values[$0]?.truth == true } }
}

extension AttributeValue {
    /// As text; of a list, its parts with commas between them.
    var text: String {
        switch self {
        case .string(let text): text
        case .int(let number): String(number)
        case .double(let number): Int64(exactly: number).map(String.init) ?? "\(number)"
        case .bool(let flag): flag ? "true" : "false"
        case .list(let values): values.map(\.text).joined(separator: ", ")
        }
    }

    /// A whole number, however it is written: `200`, `200.0`, `"200"`, `["200"]`.
    var whole: Int64? {
        switch self {
        case .int(let number): number
        case .double(let number): Int64(exactly: number)
        case .string(let text): Int64(text) ?? Double(text).flatMap { Int64(exactly: $0) }
        case .bool: nil
        case .list(let values): values.count == 1 ? values[0].whole : nil
        }
    }

    /// Yes or no; nil for what is neither.
    var truth: Bool? {
        switch self {
        case .bool(let flag): flag
        case .int(let number): number == 0 ? false : number == 1 ? true : nil
        case .double: nil
        case .string(let text): Self.words[text.lowercased()]
        case .list: nil
        }
    }

    private static let words = ["true": true, "1": true, "yes": true, "false": false, "0": false, "no": false]
}

/// Reads nodes as what they should be, and collects everything that they are not instead of giving up.
struct NodeReading {
    private(set) var mistakes: [Mistake] = []
    private static let mistakesMax = 200
    static let nameBytesMax = 512

    mutating func wrong(_ place: Place, _ message: String) {
        if mistakes.count < Self.mistakesMax { mistakes.append(Mistake(place, message)) }
    }

    /// The values of a mapping by key. A key that nobody knows is a mistake, with the nearest known one as a hint.
    mutating func fields(_ node: YAMLNode, _ known: [String], of what: String) -> [String: YAMLNode]? {
        guard case .mapping(let entries) = node.content else {
            wrong(node.place, "\(what) must be a mapping with \(Self.list(known)), not \(node.kindName)")
            return nil
        }
        var fields: [String: YAMLNode] = [:]
        for entry in entries {
            if known.contains(entry.key) {
                fields[entry.key] = entry.value
            } else {
                let hint = NearestName.hint(entry.key, among: known)
                let choices = hint.isEmpty ? "; there are \(known.joined(separator: ", "))" : hint
                wrong(entry.place, "\(what) knows no \(Quoted.text(entry.key))\(choices)")
            }
        }
        return fields
    }

    /// The items of a list. Nothing written is an empty list.
    mutating func items(_ node: YAMLNode?, of what: String, example: String) -> [YAMLNode] {
        guard let node, !node.isEmpty else { return [] }
        guard case .list(let items) = node.content else {
            wrong(node.place, "\(what) must be a list such as \(example), not \(node.kindName)")
            return []
        }
        return items
    }

    /// A text that is not empty and that the symbol table would keep whole.
    mutating func name(_ node: YAMLNode, of what: String) -> String? {
        guard case .text(let text, _) = node.content, !node.isEmpty else {
            wrong(node.place, "\(what) must be a text, not \(node.kindName)")
            return nil
        }
        guard !text.isEmpty, text.utf8.count <= Self.nameBytesMax else {
            wrong(node.place, "\(what) must have 1 to \(Self.nameBytesMax) bytes")
            return nil
        }
        return text
    }

    /// Names that are all different.
    mutating func names(_ node: YAMLNode?, of what: String) -> [String] {
        var names: [String] = []
        for item in items(node, of: what, example: "[one, two]") {
            guard let name = name(item, of: "each of \(what)") else { continue }
            if names.contains(name) {
                wrong(item.place, "\(Quoted.text(name)) stands in \(what) twice")
            } else {
                names.append(name)
            }
        }
        return names
    }

    /// One text or a list of them.
    mutating func oneOrMore(_ node: YAMLNode?) -> [YAMLNode] {
        guard let node else { return [] }
        if case .list(let items) = node.content { return items }
        return [node]
    }

    mutating func duration(_ node: YAMLNode, of what: String, max: UInt64) -> UInt64? {
        guard let text = name(node, of: what) else { return nil }
        guard let duration = DurationText(text), duration.nanoseconds > 0, duration.nanoseconds <= max else {
            let most = DurationText.short(max)
            wrong(node.place, "\(what) must be a time such as 250ms or 2s, up to \(most), not \(Quoted.text(text))")
            return nil
        }
        return duration.nanoseconds
    }

    private static func list(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}

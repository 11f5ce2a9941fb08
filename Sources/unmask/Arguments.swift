import Configuration

/// An option that a command knows.
struct OptionSpec: Sendable {
    var name: String
    /// What stands for the value in help texts; nil for an option without one.
    var value: String?
    var help: String

    init(_ name: String, _ value: String? = nil, _ help: String) {
        self.name = name
        self.value = value
        self.help = help
    }
}

/// The words behind a command's name: long options, with `=` or a following word, and operands.
struct Arguments: Sendable {
    private(set) var operands: [String] = []
    private var values: [String: [String]] = [:]

    init(_ words: [String], options: [OptionSpec]) throws(CommandError) {
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                operands += rest
                return
            }
            if word == "-h" {
                values["help", default: []].append("")
            } else if word.hasPrefix("--") {
                try take(word, &rest, options)
            } else if word.hasPrefix("-"), word != "-" {
                throw .usage("unknown option \(SafeText.quoted(word))")
            } else {
                operands.append(word)
            }
        }
    }

    /// The last value of an option.
    subscript(_ name: String) -> String? { values[name]?.last }

    /// Every value of an option, in order.
    func all(_ name: String) -> [String] { values[name] ?? [] }

    func has(_ name: String) -> Bool { values[name] != nil }

    private mutating func take(
        _ word: String, _ rest: inout ArraySlice<String>, _ options: [OptionSpec]
    ) throws(CommandError) {
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let option = options.first(where: { $0.name == name }) else {
            let hint = NearestName.hint(name, among: options.map(\.name), prefix: "--")
            throw .usage("unknown option \(SafeText.quoted("--" + name))\(hint)")
        }
        let attached = parts.count == 2 ? String(parts[1]) : nil
        guard option.value != nil else {
            guard attached == nil else { throw .usage("--\(name) takes no value") }
            values[name, default: []].append("")
            return
        }
        let value = if let attached { attached } else { try Self.following(name, &rest) }
        values[name, default: []].append(value)
    }

    private static func following(_ name: String, _ rest: inout ArraySlice<String>) throws(CommandError) -> String {
        guard let word = rest.first, !word.hasPrefix("--") else { throw .usage("--\(name) needs a value") }
        rest.removeFirst()
        return word
    }
}

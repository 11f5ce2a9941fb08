/// The text of a message with names in braces: `{summary} at {mask_service}`. `{{` is a brace. A line all of whose
/// names have nothing to say is left out.
package struct MessageTemplate: Hashable, Sendable {
    package enum Piece: Hashable, Sendable {
        case text(String)
        case word(Word)
    }

    /// What a message can say of an alert.
    package enum Word: String, Hashable, Sendable, CaseIterable {
        case summary
        case description
        /// `firing` or `resolved`.
        case state
        case rule
        case severity
        case edgeService = "edge_service"
        case route
        case maskService = "mask_service"
        case maskOperation = "mask_operation"
        case maskedAs = "masked_as"
        case originService = "origin_service"
        case originOperation = "origin_operation"
        case originClass = "origin_class"
        case confidence
        case since
        case lasted
        case resolvedReason = "resolved_reason"
        case requests
        case traces
        case perMinute = "per_minute"
        case apparentRate = "apparent_rate"
        case realRate = "real_rate"
        case fingerprint
        case alert
        /// Three traces, as links where `public_url` is set.
        case examples
        /// The pattern on the page.
        case link
        /// What to do next.
        case next
    }

    package struct Fault: Error, Hashable, Sendable {
        package var message: String
    }

    package static let bytesMax = 4096
    package let lines: [[Piece]]

    package init(_ text: String) throws(Fault) {
        guard !text.isEmpty, text.utf8.count <= Self.bytesMax else {
            throw Fault(message: "a template has 1 to \(Self.bytesMax) bytes")
        }
        var lines: [[Piece]] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            lines.append(try Self.pieces(line))
        }
        self.lines = lines
    }

    private static func pieces(_ line: Substring) throws(Fault) -> [Piece] {
        var pieces: [Piece] = []
        var text = ""
        var rest = line
        while let character = rest.popFirst() {
            if (character == "{" || character == "}") && rest.first == character {
                text.append(character)
                rest.removeFirst()
            } else if character == "{" {
                guard let end = rest.firstIndex(of: "}") else { throw Fault(message: "a brace is not closed") }
                if !text.isEmpty { pieces.append(.text(text)) }
                text = ""
                pieces.append(.word(try word(rest[..<end])))
                rest = rest[rest.index(after: end)...]
            } else if character == "}" {
                throw Fault(message: "a brace closes nothing; }} stands for a brace")
            } else {
                text.append(character)
            }
        }
        if !text.isEmpty { pieces.append(.text(text)) }
        return pieces
    }

    private static func word(_ name: Substring) throws(Fault) -> Word {
        if let word = Word(rawValue: String(name)) { return word }
        let names = Word.allCases.map(\.rawValue)
        let hint = NearestName.hint(String(name), among: names)
        throw Fault(
            message: "nothing is called {\(name.prefix(40))}"
                + (hint.isEmpty ? "; there are \(names.joined(separator: ", "))" : hint))
    }
}

/// What a TraceQL text says, word by word.
enum TraceQLToken: Equatable {
    /// Names with their scopes: `resource.service.name`, `.http.status_code`, `span:name`, `rate`.
    case word(String)
    case text(String)
    case number(Double)
    /// In nanoseconds.
    case duration(Double)
    case symbol(String)
    case end
}

struct TraceQLMistake: Error, Equatable {
    var detail: String
    /// In characters from the start, counted from 1.
    var place: Int

    var description: String { "\(detail) at character \(place)" }
}

struct TraceQLLexer {
    private static let symbols = [
        "&&", "||", "=~", "!~", "!=", ">=", "<=", "=", ">", "<", "!", "{", "}", "(", ")", "|", ",", "-",
    ]
    private let input: [Character]
    private var position = 0

    init(_ text: String) {
        input = Array(text)
    }

    /// Every token with its place, the end last.
    static func tokens(_ text: String) throws(TraceQLMistake) -> [(token: TraceQLToken, place: Int)] {
        var lexer = TraceQLLexer(text)
        var tokens: [(TraceQLToken, Int)] = []
        repeat {
            lexer.skipSpace()
            let place = lexer.position + 1
            tokens.append((try lexer.next(), place))
        } while tokens.last?.0 != .end
        return tokens
    }

    private func mistake(_ detail: String) -> TraceQLMistake { TraceQLMistake(detail: detail, place: position + 1) }

    private mutating func skipSpace() {
        while position < input.count, input[position].isWhitespace { position += 1 }
    }

    private mutating func next() throws(TraceQLMistake) -> TraceQLToken {
        guard position < input.count else { return .end }
        let character = input[position]
        if character == "\"" { return .text(try quoted()) }
        if character == "`" { return .text(try raw()) }
        if character.isASCII, character.isWholeNumber { return try number() }
        if Self.startsWord(character) { return .word(try word()) }
        for symbol in Self.symbols where starts(with: symbol) {
            position += symbol.count
            return .symbol(symbol)
        }
        throw mistake("an unexpected \(String(reflecting: String(character)))")
    }

    private func starts(with symbol: String) -> Bool {
        position + symbol.count <= input.count && input[position..<position + symbol.count].elementsEqual(symbol)
    }

    private static func startsWord(_ character: Character) -> Bool {
        character.isLetter || character == "_" || character == "."
    }

    private static func continuesWord(_ character: Character) -> Bool {
        startsWord(character) || character.isNumber || "-:/@".contains(character)
    }

    /// A part of a name may stand in quotes: `span."a b"`.
    private mutating func word() throws(TraceQLMistake) -> String {
        var word = ""
        while position < input.count {
            if input[position] == "\"", word.hasSuffix(".") {
                word += try quoted()
            } else if Self.continuesWord(input[position]) {
                word.append(input[position])
                position += 1
            } else {
                break
            }
        }
        return word
    }

    private mutating func quoted() throws(TraceQLMistake) -> String {
        let start = position
        position += 1
        var text = ""
        while position < input.count, input[position] != "\"" {
            if input[position] == "\\" {
                position += 1
                guard position < input.count else { break }
                switch input[position] {
                case "n": text.append("\n")
                case "t": text.append("\t")
                case "\"", "\\": text.append(input[position])
                // Patterns are full of these, and no other escape means anything here.
                default: text += "\\\(input[position])"
                }
            } else {
                text.append(input[position])
            }
            position += 1
        }
        guard position < input.count else {
            position = start
            throw mistake("a text that nothing closes")
        }
        position += 1
        return text
    }

    private mutating func raw() throws(TraceQLMistake) -> String {
        let start = position + 1
        guard let end = input[start...].firstIndex(of: "`") else { throw mistake("a text that nothing closes") }
        position = end + 1
        return String(input[start..<end])
    }

    private mutating func number() throws(TraceQLMistake) -> TraceQLToken {
        let start = position
        while position < input.count, input[position].isASCII, input[position].isNumber || input[position] == "." {
            position += 1
        }
        let digits = String(input[start..<position])
        if position < input.count, input[position].isLetter || input[position] == "µ" {
            while position < input.count,
                input[position].isLetter || input[position].isNumber || ".µ".contains(input[position])
            {
                position += 1
            }
            let text = String(input[start..<position])
            guard let nanoseconds = GoDuration.nanoseconds(text) else {
                position = start
                throw mistake("\"\(text)\", which is no duration such as 100ms or 1h30m,")
            }
            return .duration(nanoseconds)
        }
        guard let value = Double(digits), value.isFinite else {
            position = start
            throw mistake("\"\(digits)\", which is no number,")
        }
        return .number(value)
    }
}

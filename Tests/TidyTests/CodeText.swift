/// Swift without its comments and the words of its literals, line by line as before: what is left is code.
struct CodeText {
    private let input: [Character]
    private var position = 0
    private var output: [Character] = []

    static func strip(_ text: String) -> String {
        var scanner = CodeText(input: Array(text))
        scanner.code(untilParenthesis: false)
        return String(scanner.output)
    }

    private init(input: [Character]) {
        self.input = input
    }

    private func sees(_ text: String) -> Bool {
        let wanted = Array(text)
        return position + wanted.count <= input.count && Array(input[position..<position + wanted.count]) == wanted
    }

    /// Code up to the end, or to the parenthesis that closes an interpolation.
    private mutating func code(untilParenthesis isInside: Bool) {
        var depth = 0
        while position < input.count {
            if sees("//") {
                while position < input.count, input[position] != "\n" { position += 1 }
            } else if sees("/*") {
                skip(past: "*/")
            } else if input[position] == "\"" || sees("#\"") || sees("##\"") {
                literal()
            } else {
                if input[position] == "(" { depth += 1 }
                if input[position] == ")" { depth -= 1 }
                if isInside, depth < 0 {
                    position += 1
                    return
                }
                output.append(input[position])
                position += 1
            }
        }
    }

    private mutating func skip(past end: String) {
        while position < input.count, !sees(end) {
            if input[position] == "\n" { output.append("\n") }
            position += 1
        }
        position += end.count
    }

    private mutating func literal() {
        var hashes = ""
        while input[position] == "#" {
            hashes += "#"
            position += 1
        }
        let quotes = sees("\"\"\"") ? "\"\"\"" : "\""
        position += quotes.count
        output.append("\"")
        while position < input.count, !sees(quotes + hashes) {
            if sees("\\" + hashes + "(") {
                position += hashes.count + 2
                code(untilParenthesis: true)
            } else if sees("\\" + hashes) {
                position += hashes.count + 2
            } else {
                if input[position] == "\n" { output.append("\n") }
                position += 1
            }
        }
        position += quotes.count + hashes.count
        output.append("\"")
    }
}

extension CodeText {
    struct Function {
        var line: Int
        var lines: Int
    }

    /// Every function with a body: where it begins and how many lines it has.
    static func functions(in code: String) -> [Function] {
        let lines = code.split(separator: "\n", omittingEmptySubsequences: false)
        let declaration = /^\s*[a-z@()\s]*\b(func\s|init[?!]?\s*[(<]|deinit\b|subscript\s*[(<])/
        return lines.indices.compactMap { index in
            guard lines[index].firstMatch(of: declaration) != nil, !lines[index].contains("self.init"),
                !lines[index].contains("super.init"), let end = bodyEnd(lines, from: index)
            else { return nil }
            return Function(line: index + 1, lines: end - index + 1)
        }
    }

    /// The line on which the first braces from `start` close; nil where none opens before another declaration.
    private static func bodyEnd(_ lines: [Substring], from start: Int) -> Int? {
        var depth = 0
        var parentheses = 0
        for index in lines.indices[start...] {
            for character in lines[index] {
                switch character {
                case "(", "[": parentheses += 1
                case ")", "]": parentheses -= 1
                case "{" where parentheses == 0 || depth > 0: depth += 1
                case "}" where parentheses == 0 || depth > 0:
                    depth -= 1
                    if depth <= 0 { return depth == 0 ? index : nil }
                default: break
                }
            }
        }
        return nil
    }
}

/// Names and values as text, one pair a line, for columns that people read with `sqlite3`.
enum LabelText {
    static func encode(_ pairs: [(name: String, value: String)]) -> String {
        pairs.map { "\(escape($0.name))=\(escape($0.value))" }.joined(separator: "\n")
    }

    static func decode(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: "\n").map { line in
            var parts = ["", ""]
            var side = 0
            var isEscaped = false
            for character in line.unicodeScalars {
                if isEscaped {
                    parts[side].unicodeScalars.append(character == "n" ? "\n" : character)
                    isEscaped = false
                } else if character == "\\" {
                    isEscaped = true
                } else if character == "=", side == 0 {
                    side = 1
                } else {
                    parts[side].unicodeScalars.append(character)
                }
            }
            return (parts[0], parts[1])
        }
    }

    private static func escape(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\", "=":
                result.unicodeScalars.append("\\")
                result.unicodeScalars.append(character)
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}

/// Pairs as logfmt writes them: `service.name=shop "http.url"="a b" error=true`.
enum LogFormat {
    /// Nil where a quote is not closed or a pair has no key.
    static func pairs(_ text: String) -> [(key: String, value: String)]? {
        var rest = Substring(text)
        var pairs: [(key: String, value: String)] = []
        while true {
            rest = rest.drop { $0.isWhitespace }
            if rest.isEmpty { return pairs }
            guard let key = word(&rest, until: "="), !key.isEmpty else { return nil }
            guard rest.first == "=" else {
                pairs.append((key, "true"))
                continue
            }
            rest = rest.dropFirst()
            guard let value = word(&rest, until: nil) else { return nil }
            pairs.append((key, value))
        }
    }

    private static func word(_ rest: inout Substring, until end: Character?) -> String? {
        if rest.first == "\"" {
            var word = ""
            rest = rest.dropFirst()
            while let character = rest.popFirst() {
                if character == "\"" { return word }
                if character == "\\", let escaped = rest.popFirst() {
                    word.append(escaped)
                } else {
                    word.append(character)
                }
            }
            return nil
        }
        let word = rest.prefix { !$0.isWhitespace && $0 != end }
        rest = rest.dropFirst(word.count)
        return String(word)
    }
}

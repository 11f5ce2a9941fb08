import TraceModel

/// Reads the part of TraceQL that can be answered here. What is not in it is refused by name, never ignored.
struct TraceQLParser {
    private static let depthMax = 64
    private static let charactersMax = 16_384

    private let tokens: [(token: TraceQLToken, place: Int)]
    private var position = 0
    private var depth = 0

    static func parse(_ text: String) throws(TraceQLMistake) -> TraceQLQuery {
        guard text.utf8.count <= charactersMax else {
            throw TraceQLMistake(detail: "more than \(charactersMax) bytes", place: charactersMax)
        }
        var parser = TraceQLParser(tokens: try TraceQLLexer.tokens(text))
        return try parser.query()
    }

    private init(tokens: [(token: TraceQLToken, place: Int)]) {
        self.tokens = tokens
    }

    private var token: TraceQLToken { tokens[position].token }

    private func mistake(_ detail: String) -> TraceQLMistake {
        TraceQLMistake(detail: detail, place: tokens[position].place)
    }

    private func unexpected(_ wanted: String) -> TraceQLMistake {
        mistake("\(Self.words(token)) where \(wanted) should stand")
    }

    private static func words(_ token: TraceQLToken) -> String {
        switch token {
        case .word(let word): "\"\(word)\""
        case .text(let text): "the text \"\(text)\""
        case .number(let number): "the number \(number)"
        case .duration: "a duration"
        case .symbol(let symbol): "\"\(symbol)\""
        case .end: "the end"
        }
    }

    private mutating func advance() { if position + 1 < tokens.count { position += 1 } }

    private mutating func take(_ symbol: String) -> Bool {
        guard token == .symbol(symbol) else { return false }
        advance()
        return true
    }

    private mutating func expect(_ symbol: String) throws(TraceQLMistake) {
        guard take(symbol) else { throw unexpected("\"\(symbol)\"") }
    }

    private mutating func descend<Value>(
        _ body: (inout TraceQLParser) throws(TraceQLMistake) -> Value
    ) throws(TraceQLMistake) -> Value {
        depth += 1
        guard depth < Self.depthMax else { throw mistake("more than \(Self.depthMax) parentheses within each other") }
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func query() throws(TraceQLMistake) -> TraceQLQuery {
        var query = TraceQLQuery(expression: try spansets())
        while take("|") { try stage(&query) }
        guard token == .end else { throw unexpected("&&, ||, | or the end") }
        return query
    }

    private mutating func spansets() throws(TraceQLMistake) -> SpansetExpression {
        var left = try spansetTerm()
        while take("||") { left = .or(left, try spansetTerm()) }
        return left
    }

    private mutating func spansetTerm() throws(TraceQLMistake) -> SpansetExpression {
        var left = try spanset()
        while take("&&") { left = .and(left, try spanset()) }
        return left
    }

    private mutating func spanset() throws(TraceQLMistake) -> SpansetExpression {
        if take("(") {
            return try descend { parser throws(TraceQLMistake) in
                let inner = try parser.spansets()
                try parser.expect(")")
                return inner
            }
        }
        try expect("{")
        if take("}") { return .filter(.always(true)) }
        let predicate = try choice()
        try expect("}")
        return .filter(predicate)
    }

    private mutating func choice() throws(TraceQLMistake) -> Predicate {
        var left = try conjunction()
        while take("||") { left = .or(left, try conjunction()) }
        return left
    }

    private mutating func conjunction() throws(TraceQLMistake) -> Predicate {
        var left = try term()
        while take("&&") { left = .and(left, try term()) }
        return left
    }

    private mutating func term() throws(TraceQLMistake) -> Predicate {
        if take("!") {
            return .not(try descend { parser throws(TraceQLMistake) in try parser.term() })
        }
        if take("(") {
            return try descend { parser throws(TraceQLMistake) in
                let inner = try parser.choice()
                try parser.expect(")")
                return inner
            }
        }
        guard case .word(let word) = token else { throw unexpected("a field") }
        if word == "true" || word == "false" {
            advance()
            return .always(word == "true")
        }
        return .condition(try condition())
    }

    private mutating func field() throws(TraceQLMistake) -> Field {
        guard case .word(let word) = token else { throw unexpected("a field") }
        guard let field = TraceQLField.field(word) else {
            throw mistake("\"\(word)\" is no field that is known here")
        }
        advance()
        return field
    }

    private mutating func condition() throws(TraceQLMistake) -> Condition {
        let field = try field()
        guard case .symbol(let symbol) = token else { throw unexpected("a comparison") }
        guard ["=", "!=", ">", ">=", "<", "<=", "=~", "!~"].contains(symbol) else { throw unexpected("a comparison") }
        advance()
        return Condition(field: field, test: try test(symbol, of: field))
    }

    private mutating func test(_ symbol: String, of field: Field) throws(TraceQLMistake) -> Condition.Test {
        if token == .word("nil"), symbol == "=" || symbol == "!=" {
            advance()
            return symbol == "=" ? .isAbsent : .exists
        }
        if symbol == "=~" || symbol == "!~" {
            let pattern = try pattern()
            return symbol == "=~" ? .matches(pattern) : .matchesNot(pattern)
        }
        let value = try value(for: field)
        switch symbol {
        case "=": return .value(.equal, value)
        case "!=": return .notEqual(value)
        default: break
        }
        guard case .number = value else { throw mistake("\(symbol) needs a number or a duration on its right") }
        let comparisons: [String: Condition.Comparison] = [
            ">": .greater, ">=": .greaterOrEqual, "<": .less, "<=": .lessOrEqual,
        ]
        return .value(comparisons[symbol] ?? .equal, value)
    }

    private mutating func pattern() throws(TraceQLMistake) -> TextPattern {
        guard case .text(let text) = token else { throw unexpected("a pattern in quotes") }
        do throws(TextPattern.Mistake) {
            let pattern = try TextPattern(text)
            advance()
            return pattern
        } catch {
            throw mistake(error.detail)
        }
    }

    private mutating func value(for field: Field) throws(TraceQLMistake) -> FieldValue {
        let isNegative = take("-")
        let value: FieldValue
        switch token {
        case .text(let text) where !isNegative: value = .text(text)
        case .number(let number): value = .number(isNegative ? -number : number)
        case .duration(let nanoseconds): value = .number(isNegative ? -nanoseconds : nanoseconds)
        case .word(let word) where !isNegative:
            guard let known = TraceQLField.value(word, of: field) else { throw unexpected("a value") }
            value = known
        default: throw unexpected("a value")
        }
        if let complaint = TraceQLField.complaint(field, value) { throw mistake(complaint) }
        advance()
        return value
    }

    private mutating func stage(_ query: inout TraceQLQuery) throws(TraceQLMistake) {
        guard case .word(let name) = token else { throw unexpected("select, rate or count_over_time") }
        guard query.metric == nil else {
            throw mistake("nothing may stand behind \(query.metric?.aggregate.rawValue ?? "")")
        }
        if name == "select" {
            advance()
            query.selected += try fields()
            return
        }
        guard let aggregate = TraceQLQuery.Aggregate(rawValue: name) else {
            throw mistake("\"\(name)\" is no stage that is known here")
        }
        advance()
        try expect("(")
        try expect(")")
        var groups: [Field] = []
        if token == .word("by") {
            advance()
            groups = try fields()
        }
        query.metric = TraceQLQuery.Metric(aggregate: aggregate, groups: groups)
    }

    private mutating func fields() throws(TraceQLMistake) -> [Field] {
        try expect("(")
        var fields = [try field()]
        while take(",") { fields.append(try field()) }
        try expect(")")
        return fields
    }
}

/// What the words of TraceQL name.
enum TraceQLField {
    static func field(_ word: String) -> Field? {
        if let known = Field.intrinsics.first(where: { $0.name == word }) { return known.field }
        let scopes: [(String, Field.Scope)] = [("resource.", .resource), ("span.", .span), (".", .any)]
        for (prefix, scope) in scopes where word.hasPrefix(prefix) && word.count > prefix.count {
            return .attribute(scope, String(word.dropFirst(prefix.count)))
        }
        return nil
    }

    static func value(_ word: String, of field: Field) -> FieldValue? {
        switch (field, word) {
        case (.status, _): SpanStatus.allCases.first { $0.description == word }.map { .status($0) }
        case (.kind, _): SpanKind.allCases.first { $0.description == word }.map { .kind($0) }
        case (_, "true"): .flag(true)
        case (_, "false"): .flag(false)
        default: nil
        }
    }

    /// A comparison of two types holds for nothing, which nobody means to ask.
    static func complaint(_ field: Field, _ value: FieldValue) -> String? {
        switch (field, value) {
        case (.attribute, _), (.status, .status), (.kind, .kind): return nil
        case (.duration, .number), (.traceDuration, .number): return nil
        case (.status, _): return "status is one of error, ok, unset, without quotes;"
        case (.kind, _): return "kind is one of server, client, producer, consumer, internal, without quotes;"
        case (.duration, _), (.traceDuration, _): return "\(field.label) is compared with a duration such as 100ms;"
        case (_, .text): return nil
        default: return "\(field.label) is compared with a text in quotes;"
        }
    }
}

/// A question about one span, of conditions on its fields.
indirect enum Predicate: Sendable {
    case always(Bool)
    case condition(Condition)
    case and(Predicate, Predicate)
    case or(Predicate, Predicate)
    case not(Predicate)

    func truth(of source: some FieldSource) -> Truth {
        switch self {
        case .always(let flag): Truth(flag)
        case .condition(let condition): condition.truth(of: source)
        case .and(let left, let right): left.truth(of: source) && right.truth(of: source)
        case .or(let left, let right): left.truth(of: source) || right.truth(of: source)
        case .not(let inner): !inner.truth(of: source)
        }
    }

    static func all(_ conditions: [Condition]) -> Predicate {
        conditions.reduce(.always(true)) { .and($0, .condition($1)) }
    }

    /// Every field that it asks for.
    var fields: Set<Field> {
        switch self {
        case .always: []
        case .condition(let condition): [condition.field]
        case .and(let left, let right), .or(let left, let right): left.fields.union(right.fields)
        case .not(let inner): inner.fields
        }
    }
}

struct Condition: Sendable {
    enum Comparison: Sendable {
        case equal
        case less
        case lessOrEqual
        case greater
        case greaterOrEqual
    }

    enum Test: Sendable {
        case value(Comparison, FieldValue)
        case notEqual(FieldValue)
        case matches(TextPattern)
        case matchesNot(TextPattern)
        case exists
        case isAbsent
        /// Whatever its type, it reads like this.
        case reads(String)
        /// It reads like this somewhere, in either case.
        case contains(String)
    }

    let field: Field
    let test: Test

    func truth(of source: some FieldSource) -> Truth {
        source.value(of: field).map { Truth(holds($0)) } ?? .maybe
    }

    /// What is absent satisfies no condition but the one that asks for absence, as in TraceQL.
    private func holds(_ value: FieldValue) -> Bool {
        if value == .absent {
            if case .isAbsent = test { return true }
            return false
        }
        if case .list(let values) = value, !values.isEmpty {
            return values.contains { holds($0) }
        }
        switch test {
        case .value(let comparison, let wanted): return Self.compare(value, comparison, wanted)
        case .notEqual(let wanted): return value != wanted
        case .matches(let pattern): return value.text.map(pattern.matches) ?? false
        case .matchesNot(let pattern): return value.text.map { !pattern.matches($0) } ?? false
        case .exists: return true
        case .isAbsent: return false
        case .reads(let text): return value.text == text
        case .contains(let text): return value.text?.lowercased().contains(text.lowercased()) ?? false
        }
    }

    private static func compare(_ value: FieldValue, _ comparison: Comparison, _ wanted: FieldValue) -> Bool {
        if comparison == .equal { return value == wanted }
        guard case (.number(let left), .number(let right)) = (value, wanted) else { return false }
        switch comparison {
        case .less: return left < right
        case .lessOrEqual: return left <= right
        case .greater: return left > right
        case .greaterOrEqual: return left >= right
        case .equal: return left == right
        }
    }
}

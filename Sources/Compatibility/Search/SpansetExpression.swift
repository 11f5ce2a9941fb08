/// Filters over the spans of one trace, joined at the trace: `{...} && {...}`.
indirect enum SpansetExpression: Sendable {
    case filter(Predicate)
    case and(SpansetExpression, SpansetExpression)
    case or(SpansetExpression, SpansetExpression)

    /// The spans that satisfy it, as places in the trace; nil where the trace does not.
    func spans(of trace: ShownTrace) -> [Int]? {
        switch self {
        case .filter(let predicate):
            let found = trace.spans.indices.filter {
                predicate.truth(of: SpanSource(span: trace.spans[$0], trace: trace)) == .yes
            }
            return found.isEmpty ? nil : found
        case .and(let left, let right):
            guard let left = left.spans(of: trace), let right = right.spans(of: trace) else { return nil }
            return Set(left).union(right).sorted()
        case .or(let left, let right):
            let found = Set(left.spans(of: trace) ?? []).union(right.spans(of: trace) ?? [])
            return found.isEmpty ? nil : found.sorted()
        }
    }

    /// Whether the trace may satisfy it; each filter by itself is put to the test.
    func may(_ test: (Predicate) -> Bool) -> Bool {
        switch self {
        case .filter(let predicate): test(predicate)
        case .and(let left, let right): left.may(test) && right.may(test)
        case .or(let left, let right): left.may(test) || right.may(test)
        }
    }

    var filters: [Predicate] {
        switch self {
        case .filter(let predicate): [predicate]
        case .and(let left, let right), .or(let left, let right): left.filters + right.filters
        }
    }

    var fields: Set<Field> { filters.reduce(into: []) { $0.formUnion($1.fields) } }
}

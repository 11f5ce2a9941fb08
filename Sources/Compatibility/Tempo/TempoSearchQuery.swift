import HTTP
import TraceModel

/// What somebody asks of `/api/search`: TraceQL, or tags as before it.
struct TempoSearchQuery {
    static let limitDefault = 20
    static let limitMax = 1_000
    static let spansDefault = 3
    static let spansMax = 1_000

    let question: TraceSearch.Question
    let spansPerSet: Int
    /// Fields whose values found spans show.
    let shown: [Field]
    /// Only TraceQL speaks of spans.
    let hasSpans: Bool

    init(_ request: HTTPRequest) throws(TempoFailure) {
        do throws(TempoMistake) {
            let limit = try TempoMistake.number(request, "limit", 1...Self.limitMax, or: Self.limitDefault)
            let spans = try TempoMistake.number(request, "spss", 0...Self.spansMax, or: Self.spansDefault)
            let from = try TempoMistake.time(request, "start") ?? 0
            let to = try TempoMistake.time(request, "end") ?? .max
            guard from <= to else { throw TempoMistake(detail: "invalid start: it lies behind end") }
            var expression = try Self.tags(request)
            spansPerSet = spans == 0 ? Self.spansMax : spans
            if let text = request.query("q"), !text.isEmpty {
                let query = try Self.parse(text)
                expression = .filter(.always(true))
                (hasSpans, shown) = (true, query.expression.fields.sorted { $0.label < $1.label } + query.selected)
                question = TraceSearch.Question(
                    expression: query.expression, fromNanoseconds: from, toNanoseconds: to, limit: limit)
            } else {
                (hasSpans, shown) = (false, [])
                question = TraceSearch.Question(
                    expression: expression, fromNanoseconds: from, toNanoseconds: to, limit: limit)
            }
        } catch {
            throw TempoFailure(response: TempoText.refusal(400, error.detail))
        }
    }

    private static func parse(_ text: String) throws(TempoMistake) -> TraceQLQuery {
        do throws(TraceQLMistake) {
            let query = try TraceQLParser.parse(text)
            if let metric = query.metric {
                throw TraceQLMistake(
                    detail: "\(metric.aggregate.rawValue)() belongs to /api/metrics/query_range, not to a search,",
                    place: 1)
            }
            return query
        } catch {
            throw TempoMistake(
                detail: "invalid TraceQL query: \(error.description); \(TraceQLQuery.supported)")
        }
    }

    private static func tags(_ request: HTTPRequest) throws(TempoMistake) -> SpansetExpression {
        guard let pairs = LogFormat.pairs(request.query("tags") ?? "") else {
            throw TempoMistake(detail: "invalid tags: they must be logfmt, such as service.name=shop error=true")
        }
        var conditions = pairs.map { Condition(field: field($0.key), test: .contains($0.value)) }
        if let low = try TempoMistake.duration(request, "minDuration") {
            conditions.append(Condition(field: .traceDuration, test: .value(.greaterOrEqual, .number(low))))
        }
        if let high = try TempoMistake.duration(request, "maxDuration") {
            conditions.append(Condition(field: .traceDuration, test: .value(.lessOrEqual, .number(high))))
        }
        return .filter(.all(conditions))
    }

    private static func field(_ tag: String) -> Field {
        switch tag {
        case "name": .name
        case "status.code", "status": .status
        case "root.service.name": .rootService
        case "root.name": .rootName
        default: .attribute(.any, tag)
        }
    }
}

/// An answer that ends the work on a request early.
struct TempoFailure: Error {
    let response: HTTPResponse
}

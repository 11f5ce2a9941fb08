/// A query as far as it is understood here.
struct TraceQLQuery: Sendable {
    enum Aggregate: String, Sendable, CaseIterable {
        case rate
        case countOverTime = "count_over_time"
    }

    struct Metric: Sendable {
        var aggregate: Aggregate
        var groups: [Field]
    }

    var expression: SpansetExpression
    /// What found spans should show beside the fields that were asked about.
    var selected: [Field] = []
    /// Nil for a search.
    var metric: Metric?

    /// What every refusal goes on to say.
    static let supported = """
        supported are spansets { ... } joined by && and ||; within them comparisons (= != > >= < <= =~ !~, = nil and \
        != nil) of attributes (.key, span.key, resource.key) and of name, status, kind, duration, statusMessage, \
        rootName, rootServiceName, traceDuration, trace:id and span:id, joined by &&, ||, ! and parentheses; and \
        behind them | select(...) in a search, | rate() or | count_over_time() with by(...) in metrics
        """
}

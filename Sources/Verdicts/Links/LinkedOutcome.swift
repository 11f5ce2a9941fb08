package import TraceModel

/// What became of accepted work in another trace: one delivery that is linked to a span of the trace that accepted it.
/// A value that stands for itself, because the delivery's own trace may be gone when the question comes up.
package struct LinkedOutcome: Hashable, Sendable {
    package enum Result: UInt8, Sendable {
        case succeeded
        case failed
        /// It lies in the dead letter queue: nobody will deliver it again.
        case deadLettered
    }

    /// The trace of the delivery.
    package var traceID: TraceID
    /// The accepting span, as the link names it.
    package var target: SpanID
    package var result: Result
    /// The linked span first, then what failed below it. A success is its linked span alone.
    package var spans: [SpanFacts]
    /// Where the failure began, by the verdict of the delivery's own trace.
    package var origin: ChainPoint?
    package var originClass: OriginClass

    /// Spans of one failed delivery that go along with it.
    package static let spansMax = 16
    /// Failed deliveries of one accepting trace that are looked at together, and as many that worked.
    package static let perResultMax = 32

    package init(
        traceID: TraceID, target: SpanID, result: Result, spans: [SpanFacts], origin: ChainPoint? = nil,
        originClass: OriginClass = .unknown
    ) {
        precondition(!spans.isEmpty && spans.count <= Self.spansMax, "an outcome has its linked span and few others")
        self.traceID = traceID
        self.target = target
        self.result = result
        self.spans = spans
        self.origin = origin
        self.originClass = originClass
    }

    package var delivery: SpanFacts { spans[0] }
    package var isFailure: Bool { result != .succeeded }
}

extension LinkedOutcome {
    /// The outcomes that a verdict is made of, in an order that doesn't depend on their arrival: dead letters first,
    /// and of each result a bounded number, so that many failures never push out the success that repairs them.
    package static func bounded(_ outcomes: [LinkedOutcome]) -> [LinkedOutcome] {
        if outcomes.count < 2 { return outcomes }
        let sorted = outcomes.sorted(by: precedes)
        if sorted.count <= perResultMax { return sorted }
        return Array(sorted.filter(\.isFailure).prefix(perResultMax))
            + Array(sorted.filter { !$0.isFailure }.prefix(perResultMax))
    }

    private static func precedes(_ left: LinkedOutcome, _ right: LinkedOutcome) -> Bool {
        if left.result != right.result { return left.result.rawValue > right.result.rawValue }
        if left.traceID.high != right.traceID.high { return left.traceID.high < right.traceID.high }
        if left.traceID.low != right.traceID.low { return left.traceID.low < right.traceID.low }
        if left.delivery.spanID != right.delivery.spanID {
            return left.delivery.spanID.raw < right.delivery.spanID.raw
        }
        return left.delivery.startNanoseconds < right.delivery.startNanoseconds
    }
}

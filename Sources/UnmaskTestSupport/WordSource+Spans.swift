package import TraceModel

extension WordSource {
    package mutating func resource() -> SpanResource {
        SpanResource(
            service: word(), namespace: word(), environment: word(), instance: word(), attributes: attributes(upTo: 4))
    }

    /// A span with anything in every field; not one that makes sense.
    package mutating func span(of resources: [SpanResource]) -> SpanDetail {
        var span = SpanDetail(
            traceID: TraceID(high: number(), low: number()), spanID: SpanID(number()), parentID: SpanID(number()),
            startNanoseconds: number(), durationNanoseconds: number(),
            resource: resources[Int(next() % UInt64(resources.count))], name: word(),
            kind: SpanKind.allCases[Int(next() % 6)])
        span.status = SpanStatus.allCases[Int(next() % 3)]
        span.statusMessage = word()
        span.httpCode = UInt16(truncatingIfNeeded: number())
        span.grpcCode = bool() ? GRPCCode.allCases[Int(next() % 17)] : nil
        span.method = RequestMethod.allCases[Int(next() % 10)]
        span.route = word()
        span.routeIsTemplate = bool()
        span.peer = word()
        span.outcome = DeclaredOutcome.allCases[Int(next() % 5)]
        span.outcomeReason = word()
        span.resends = UInt32(truncatingIfNeeded: number())
        span.answerBytes = number()
        span.errorType = word()
        span.evidence = Evidence(rawValue: UInt32(truncatingIfNeeded: number()))
        span.proxyFlags = ProxyFlags(rawValue: UInt32(truncatingIfNeeded: number()))
        span.links = (0..<next() % 4).map { _ in
            SpanLink(traceID: TraceID(high: number(), low: number()), spanID: SpanID(number()))
        }
        span.attributes = attributes(upTo: next() % 40 == 0 ? 400 : 6)
        span.events = (0..<next() % 4).map { _ in
            SpanEvent(name: word(), timeNanoseconds: number(), attributes: attributes(upTo: 3))
        }
        return span
    }

    package mutating func spans(_ count: Int) -> [SpanDetail] {
        let resources = (0..<Int(next() % 4) + 1).map { _ in resource() }
        return (0..<count).map { _ in span(of: resources) }
    }
}

import Ingest
import Symbols
import Testing
import TraceModel

@Suite struct DetailFactsTests {
    private let symbols = SymbolTable()

    private func facts(_ spans: [SpanDetail]) throws -> [SpanFacts] {
        var facts: [SpanFacts] = []
        try DetailFacts(symbols: symbols, hops: HopTable(symbols: symbols)).read(spans) { facts.append($1) }
        return facts
    }

    @Test func everythingThatJudgementAsksForArrives() throws {
        var span = Reading.span(.client, ["http.request.method": "POST", "url.path": "/orders/4711"])
        span.resource = SpanResource(service: "shop", namespace: "web", environment: "live", instance: "i1")
        span.httpCode = 503
        span.resends = 2
        span.errorType = "ReadTimeout"
        span.outcome = .failure
        span.outcomeReason = "no_stock"
        span.answerBytes = 1000
        span.samplingThreshold = 1 << 55
        span.proxyFlags = .upstreamTimeout
        span.links = [SpanLink(traceID: TraceID(high: 3, low: 4), spanID: SpanID(5))]
        let fact = try #require(try facts([span]).first)
        #expect(symbols.string(fact.hop.service) == "live/web/shop")
        #expect(symbols.string(fact.instance) == "i1")
        #expect(symbols.string(fact.hop.route) == "/orders/{}")
        #expect(fact.hop.method == .post)
        #expect(fact.httpCode == 503)
        #expect(fact.resends == 2)
        #expect(fact.outcome == .failure)
        #expect(symbols.string(fact.extra.reason) == "no_stock")
        #expect(symbols.string(fact.extra.errorType) == "ReadTimeout")
        #expect(fact.extra.linkTraceID == TraceID(high: 3, low: 4))
        #expect(fact.evidence.isSuperset(of: [.errorType, .timedOut]))
        #expect(fact.proxyFlags == .upstreamTimeout)
        #expect(fact.weight == 16)
        #expect(fact.answerSize > 0)
    }

    @Test func anRPCMethodIsKnownAsOneAndATemplateIsNot() throws {
        let rpc = Reading.span(.client, ["rpc.service": "pay.Cards", "rpc.method": "Charge"])
        let http = Reading.span(.server, ["http.route": "/a/{id}", "http.request.method": "GET"])
        let facts = try facts([rpc, http])
        #expect(facts[0].hop.traits.isSuperset(of: [.rpc, .template]))
        #expect(facts[1].hop.traits.contains(.template))
        #expect(!facts[1].hop.traits.contains(.rpc))
    }

    @Test func manySpansKeepTheirOrderAcrossBatches() throws {
        let spans = (1...3000).map { number in
            var span = Reading.span(.internal)
            span.spanID = SpanID(UInt64(number))
            if number % 7 == 0 { span.errorType = "E\(number)" }
            return span
        }
        let facts = try facts(spans)
        #expect(facts.map(\.spanID) == spans.map(\.spanID))
        #expect(facts.map { symbols.string($0.extra.errorType) } == spans.map(\.errorType))
    }
}

import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

/// Section 5: findings that no failing span shows, each with its near miss.
@Suite struct Unusual {
    private func page(
        _ trace: TraceBuilder, stock: Bool = true, answers: Bool = true, size: UInt8 = 81, evidence: Evidence = [],
        code: UInt16 = 200
    ) {
        let edge = trace.server("gate", "GET /page/{id}", code: code, evidence: evidence.union(.gateway))
        trace[edge].answerSize = size
        guard answers else { return }
        let shop = trace.call("shop", "GET /page/{id}", under: edge)
        if stock { trace.call("stock", "GET /stock/{id}", under: shop.server) }
    }

    private func without(_ lost: Int, _ trace: TraceBuilder) -> [SpanFacts] {
        trace.spans.indices.filter { $0 != lost }.map { trace.spans[$0] }
    }

    private func route() -> TaughtRoute { TaughtRoute { page($0) } }

    @Test func aUsualTraceIsClean() {
        route().expect(.clean) { page($0) }
    }

    @Test func aUsualHopThatIsMissingIsSuspect() {
        route().expect(.suspect, .vanishedHop, rule: .vanishedHop, confidence: .weak) { page($0, stock: false) }
    }

    @Test func withASecondSignItIsMasked() {
        route().expect(.masked, .vanishedHop, confidence: .medium) { page($0, stock: false, size: 41) }
        route().expect(.masked, .vanishedHop) { page($0, stock: false, evidence: .htmlBody) }
    }

    @Test func aServerThatUsuallyAnswersItsCallerHasVanished() throws {
        let route = route()
        let trace = route.trace()
        page(trace)
        let spans = without(4, trace)
        let chain = try #require(route.verdict(trace, spans: spans).leadingChain)
        #expect(chain.kind == .vanishedHop && chain.originClass == .vanished)
        #expect(trace.symbols.name(chain.origin.service) == "stock" && chain.origin.isPeer)
        #expect(chain.origin.span == trace.spans[3].spanID)
        #expect(trace.symbols.name(try #require(chain.maskPoint).service) == "shop")
        let named = chain.evidence.compactMap { item -> UsualHop? in
            if case .usualHopVanished(let hop) = item.fact { return hop }
            return nil
        }
        #expect(named.map(\.kind) == [.server] && named.map(\.perMille) == [1000])
    }

    @Test func aHopThatIsMissingInSomeCleanTracesMayBe() {
        let route = TaughtRoute()
        for turn in 0..<100 { route.teach { page($0, stock: turn % 10 != 0) } }
        route.expect(.clean) { page($0, stock: false) }
    }

    @Test func aHopIsNotMissingWhereAParentIs() {
        let route = route()
        let trace = route.trace()
        page(trace)
        let spans = without(3, trace)
        #expect(route.verdict(trace, spans: spans).kind == .clean)
    }

    @Test func nothingIsMissingYetWhileSpansArrive() {
        route().expect(.clean, phase: .arriving) { page($0, stock: false) }
    }

    @Test func aRedirectNeedsNoSteps() {
        route().expect(.clean) { page($0, answers: false, code: 302) }
    }

    @Test func aRefusalNeedsNoSteps() {
        route().expect(.refused) { page($0, answers: false, code: 401) }
    }

    @Test func aGatewayThatAnswersAloneIsSuspect() {
        route().expect(.suspect, .errorPage, rule: .errorPage) { page($0, answers: false) }
    }

    @Test func aPageThatAGatewayAnsweredAloneIsMasked() {
        route().expect(.masked, .errorPage, confidence: .medium) {
            page($0, answers: false, evidence: .htmlBody)
        }
    }

    @Test func aPageWithAllItsHopsIsSuspect() {
        route().expect(.suspect, .errorPage) { page($0, evidence: .htmlBody) }
    }

    @Test func aRouteThatAnswersWithPagesMayDoSo() {
        let route = TaughtRoute { page($0, evidence: .htmlBody) }
        route.expect(.clean) { page($0, evidence: .htmlBody) }
    }

    @Test func aGatewayThatOftenAnswersAloneMayDoSo() {
        let route = TaughtRoute()
        for turn in 0..<100 { route.teach { page($0, answers: turn % 4 != 0) } }
        route.expect(.clean) { page($0, answers: false) }
    }

    @Test func anAnswerFarSmallerThanUsualIsSuspect() {
        route().expect(.suspect, .errorPage, rule: .unusualAnswer) { page($0, size: 41) }
        route().expect(.clean) { page($0, size: 68) }
    }

    @Test func aSlowAnswerIsDegraded() {
        func slow(_ trace: TraceBuilder, _ milliseconds: UInt64) {
            let edge = trace.server("shop", "GET /slow")
            trace[edge].durationNanoseconds = milliseconds * 1_000_000
        }
        let route = TaughtRoute()
        for turn in 0..<200 { route.teach { slow($0, UInt64(40 + turn % 20)) } }
        route.expect(.degraded, .slow, rule: .slowAnswer, confidence: .medium) { slow($0, 400) }
        route.expect(.clean) { slow($0, 200) }
        let fast = TaughtRoute()
        for _ in 0..<200 { fast.teach { slow($0, 1) } }
        fast.expect(.clean) { slow($0, 99) }
        fast.expect(.degraded, .slow) { slow($0, 101) }
    }

    @Test func whatWasSlowWhileLearningDoesNotMakeSlownessUsual() {
        func slow(_ trace: TraceBuilder, _ milliseconds: UInt64) {
            let edge = trace.server("shop", "GET /slow")
            trace[edge].durationNanoseconds = milliseconds * 1_000_000
        }
        let route = TaughtRoute()
        for turn in 0..<28 { route.teach { slow($0, turn % 7 == 0 ? 5000 : 50) } }
        route.teach(100) { slow($0, 50) }
        route.expect(.degraded, .slow) { slow($0, 1000) }
    }

    @Test func aFailureExplainsWhatIsMissing() {
        route().expect(.masked, .caught, rule: .noRepair) { trace in
            let edge = trace.server("gate", "GET /page/{id}", evidence: .gateway)
            let shop = trace.call("shop", "GET /page/{id}", under: edge)
            trace.client("shop", "GET /stock/{id}", to: "stock", code: 500, under: shop.server)
        }
    }

    @Test func aCallThatGotNoResponseFromAPeerThatUsuallyAnswers() throws {
        let route = route()
        let trace = route.trace()
        let edge = trace.server("gate", "GET /page/{id}", evidence: .gateway)
        let shop = trace.call("shop", "GET /page/{id}", under: edge)
        let call = trace.client("shop", "GET /stock/{id}", to: "stock", code: 0, status: .error, under: shop.server)
        trace[call].evidence = .noResponse
        #expect(route.verdict(trace).leadingChain?.originClass == .vanished)
        #expect(judge(trace.spans).leadingChain?.originClass == .notInstrumented)
    }
}

import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

/// Section 5: what came after a failure, and what did not.
@Suite struct StoppedWork {
    /// An order is checked, paid and sent, one after the other.
    private func order(
        _ trace: TraceBuilder, _ method: String = "POST", check: UInt16 = 200, steps: Int = 3, size: UInt8 = 81
    ) {
        let edge = trace.server("shop", "\(method) /orders/{id}")
        trace[edge].answerSize = size
        trace.call("stock", "\(method) /check", code: check, under: edge)
        if steps > 1 { trace.call("bank", "\(method) /pay", under: edge) }
        if steps > 2 { trace.call("mail", "\(method) /send", under: edge) }
    }

    private func route(_ method: String = "POST", size: UInt8 = 81) -> TaughtRoute {
        TaughtRoute { order($0, method, size: size) }
    }

    @Test func weakEvidenceIsPromotedWhereAWriteStopsShort() {
        route().expect(.masked, .caught, rule: .workStopped, confidence: .medium) { order($0, check: 422, steps: 1) }
    }

    @Test func onARouteThatOnlyReadsItIsPromotedLessSurely() {
        route("GET").expect(.masked, .caught, rule: .workStopped, confidence: .weak) {
            order($0, "GET", check: 422, steps: 1)
        }
    }

    @Test func weakEvidenceStaysSuspectWhereEverythingFollows() {
        route().expect(.suspect, .caught, rule: .weakEvidence) { order($0, check: 422) }
    }

    @Test func withoutAProfileWeakEvidenceIsSuspect() {
        TaughtRoute().expect(.suspect, .caught) { order($0, check: 422, steps: 1) }
    }

    @Test func beforeSomeThirtyTracesAProfileSaysNothing() {
        TaughtRoute(traces: 29) { order($0) }.expect(.suspect, .caught) { order($0, check: 422, steps: 1) }
        TaughtRoute(traces: 33) { order($0) }.expect(.masked, .caught) { order($0, check: 422, steps: 1) }
    }

    @Test func whileSpansMayStillComeNothingIsMissing() {
        route().expect(.suspect, .caught, phase: .arriving) { order($0, check: 422, steps: 1) }
    }

    @Test func aStepThatIsMissingHalfOfTheTimeIsNotExpected() {
        let route = TaughtRoute()
        for turn in 0..<100 { route.teach { order($0, steps: turn % 2 == 0 ? 3 : 1) } }
        route.expect(.suspect, .caught) { order($0, check: 422, steps: 1) }
    }

    @Test func aStrongFailureAfterWhichAllFollowsIsLessSure() {
        route().expect(.masked, .caught, confidence: .medium) { order($0, check: 500) }
        route().expect(.masked, .caught, confidence: .strong) { order($0, check: 500, steps: 1) }
    }

    @Test func anAnswerOfUnusualSizeWasReached() {
        route().expect(.masked, .caught, confidence: .strong) { order($0, check: 500, size: 41) }
    }

    @Test func whereSizesAreUnknownNothingIsLessSure() {
        route(size: 0).expect(.masked, .caught, confidence: .strong) { order($0, check: 500, size: 0) }
    }

    @Test func anExceptionInAStepAfterWhichTheWorkStops() {
        route().expect(.masked, .caught, rule: .workStopped) { trace in
            let edge = trace.server("shop", "POST /orders/{id}")
            trace.call("stock", "POST /check", under: edge)
            trace.work("shop", "price", under: edge, evidence: .exceptionEvent)
        }
    }

    @Test func anExceptionInAStepAfterWhichTheWorkGoesOn() {
        route().expect(.suspect, .caught) { trace in
            let edge = trace.server("shop", "POST /orders/{id}")
            trace.call("stock", "POST /check", under: edge)
            trace.work("shop", "price", under: edge, evidence: .exceptionEvent)
            trace.call("bank", "POST /pay", under: edge)
            trace.call("mail", "POST /send", under: edge)
        }
    }

    @Test func aRepairedFailureIsNotTouched() {
        route().expect(.recovered, confidence: .medium) { trace in
            let edge = trace.server("shop", "POST /orders/{id}")
            trace.call("stock", "POST /check", code: 503, under: edge)
            trace.call("stock", "POST /check", under: edge)
        }
    }

    @Test func whatIsMissingIsTold() throws {
        let route = route()
        let trace = route.trace()
        order(trace, check: 422, steps: 1)
        let chain = try #require(route.verdict(trace).leadingChain)
        #expect(chain.evidence.contains { $0.fact == .usualHopsMissing(2) })
        #expect(route.verdict(trace).edge?.profileVersion == route.profile?.version)
    }

    @Test func aCacheReadThatCleanTracesLackIsASubstitute() {
        func page(_ trace: TraceBuilder, _ code: UInt16, readsCache: Bool) {
            let edge = trace.server("shop", "GET /page/{id}")
            trace.call("stock", "GET /stock/{id}", code: code, under: edge)
            if readsCache { trace.client("shop", "GET", to: "redis-cache", under: edge, evidence: .cacheOrObjectStore) }
        }
        let usual = TaughtRoute { page($0, 200, readsCache: false) }
        usual.expect(.degraded, .fallback, rule: .cacheAfterFailure) { page($0, 500, readsCache: true) }
        let alwaysRead = TaughtRoute { page($0, 200, readsCache: true) }
        alwaysRead.expect(.masked, .caught) { page($0, 500, readsCache: true) }
    }

    @Test func aStepThatCleanTracesAlsoTakeIsNoSubstitute() {
        func page(_ trace: TraceBuilder, _ code: UInt16) {
            let edge = trace.server("shop", "GET /page/{id}")
            trace.call("left", "GET /part/{id}", code: code, under: edge)
            trace.call("right", "GET /part/{id}", under: edge)
        }
        TaughtRoute { page($0, 200) }.expect(.masked, .caught) { page($0, 503) }
        TaughtRoute().expect(.degraded, .fallback) { page($0, 503) }
    }
}

import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

/// Section 4.1 and 4.2, each with a near miss.
@Suite struct RepairRules {
    private func lookup(_ operation: String, code: UInt16, evidence: Evidence = []) -> TraceBuilder {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace.call("stock", operation, code: code, under: edge, evidence: evidence)
        return trace
    }

    @Test(arguments: [UInt16(404), 410, 412, 416]) func absenceOnASafeMethodIsExpected(code: UInt16) {
        expect(lookup("GET /stock/{id}", code: code), .expected, rule: .absenceUnderOK)
        expect(lookup("POST /stock/{id}", code: code), .suspect, .caught, confidence: .weak)
    }

    @Test func absenceOfWhatMustExistIsMasked() {
        let trace = lookup("GET /stock/{id}", code: 404)
        let rules = JudgeRules(mustExist: [trace.symbols["/stock/{id}"]])
        expect(trace, .masked, .caught, rules: rules)
    }

    @Test(arguments: [GRPCCode.notFound, .alreadyExists]) func gRPCAbsenceIsExpected(code: GRPCCode) {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace.call("stock", "stock.Stock/Get", grpc: code, under: edge)
        expect(trace, .expected)
    }

    @Test(arguments: [UInt16(409), 412]) func aConflictOnAConditionalWriteIsExpected(code: UInt16) {
        expect(lookup("PUT /stock/{id}", code: code, evidence: .conditional), .expected, rule: .conditionalWrite)
        expect(lookup("PUT /stock/{id}", code: code), .suspect)
    }

    @Test(arguments: [UInt16(400), 401, 403, 405, 422]) func anyOtherInner4xxIsWeak(code: UInt16) {
        expect(lookup("POST /stock", code: code), .suspect, .caught, confidence: .weak)
    }

    @Test func throttlingThatNothingAbsorbedIsMasked() {
        expect(lookup("POST /stock", code: 429), .masked, .caught, from: "stock", .throttled, confidence: .medium)
    }

    @Test func aHedgeLoserIsExpected() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        let winner = trace.client("shop", "GET /a/{id}", to: "a", under: edge)
        trace.client(
            "shop", "GET /a/{id}", to: "a", code: 0, status: .error, under: edge, beside: winner, evidence: .cancelled)
        expect(trace, .expected, rule: .hedgeLoser)
        trace[winner].durationNanoseconds += 900_000_000
        trace[edge].durationNanoseconds += 900_000_000
        expect(trace, .masked, .caught, confidence: .medium)
    }

    @Test func workCancelledAfterTheAnswerIsExpected() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        let call = trace.client("shop", "GET /a", to: "a", code: 0, under: edge, evidence: .cancelled)
        expect(trace, .suspect)
        trace.move(call, after: edge)
        expect(trace, .expected, rule: .cancelledAfterAnswer)
    }

    @Test func shadowTrafficIsExpected() {
        expect(lookup("POST /stock", code: 500, evidence: .synthetic), .expected, rule: .syntheticTraffic)
    }

    @Test func aListedAnswerIsExpected() {
        let trace = lookup("POST /stock", code: 500)
        let listed = ExpectedAnswer(target: trace.symbols["stock"], httpCode: 500)
        expect(trace, .expected, rule: .listedAsExpected, rules: JudgeRules(expected: [listed]))
        let other = ExpectedAnswer(target: trace.symbols["stock"], httpCode: 503)
        expect(trace, .masked, rules: JudgeRules(expected: [other]))
    }

    @Test func aDeclaredExpectationIsExpected() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "POST /pay")
        trace[edge].outcome = .expected
        expect(trace, .expected, rule: .declaredExpected)
    }

    @Test func aRetryAtAnotherOperationIsNone() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace.call("stock", "GET /stock/{id}", code: 503, under: edge)
        trace.call("stock", "GET /price/{id}", under: edge)
        expect(trace, .masked, .caught)
    }

    @Test func aBareMethodSaysNothingOfTheOperation() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace.client("shop", "GET", to: "stock", code: 503, under: edge)
        let second = trace.client("shop", "GET", to: "stock", under: edge)
        expect(trace, .masked, .caught)
        trace[second].resends = 1
        expect(trace, .recovered, attempts: 2)
    }

    @Test func parallelSiblingsAreNoRetries() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        let failed = trace.client("shop", "GET /stock/{id}", to: "stock", code: 503, under: edge)
        trace.client("shop", "GET /stock/{id}", to: "stock", under: edge, beside: failed)
        expect(trace, .masked, .caught)
    }

    @Test func aLastAttemptThatFailedRecoversNothing() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        for code in [UInt16(200), 503, 503] { trace.call("stock", "GET /stock/{id}", code: code, under: edge) }
        expect(trace, .masked, .caught, attempts: 2)
    }

    @Test func aRetryBelowTheInstrumentationIsRecovered() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        let call = trace.client("shop", "GET /stock", to: "stock", under: edge)
        trace.server("stock", "GET /stock", code: 503, under: call)
        trace.server("stock", "GET /stock", under: call, instance: "stock-1")
        expect(trace, .recovered, attempts: 2, rule: .retryBelowInstrumentation, confidence: .strong)
    }

    @Test func aRedeliveredMessageIsRecovered() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "POST /orders", code: 202)
        let message = trace.producer("shop", "orders", under: edge)
        trace.consumer("billing", "orders", status: .error, under: message)
        expect(trace, .masked, .ackThenFailed, at: edge)
        trace.consumer("billing", "orders", under: message)
        expect(trace, .recovered, attempts: 2, confidence: .strong)
    }

    @Test func aRetryThatShowsOnlyAsACountIsRecovered() {
        let trace = TraceBuilder()
        let edge = trace.server("haproxy", "GET /cart", evidence: .gateway)
        trace[edge].resends = 1
        expect(trace, .recovered, attempts: 2, rule: .retrySaysCount)
    }

    @Test func zipkinsSharedSpanIsOneCall() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        let call = trace.call("stock", "GET /stock", code: 500, under: edge)
        trace[call.server].spanID = trace.id(call.client)
        trace[call.server].parentID = trace.id(edge)
        expect(trace, .masked, .caught, at: edge, from: "stock", .http5xx)
    }

    @Test func variantsOfOneSpanAreAttempts() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        let first = trace.client("shop", "GET /stock", to: "stock", code: 503, under: edge)
        let second = trace.client("shop", "GET /stock", to: "stock", under: edge)
        trace[second].spanID = trace.id(first)
        expect(trace, .recovered, attempts: 2)
    }
}

import Testing
import TraceModel

@testable import Verdicts

/// Section 2 on single spans: kind, strength and, apart from both, the answer.
@Suite struct OutcomeRules {
    private func facts(
        _ kind: SpanKind = .server, http: UInt16 = 0, grpc: GRPCCode? = nil, status: SpanStatus = .unset,
        evidence: Evidence = [], flags: ProxyFlags = [], declared: DeclaredOutcome = .none,
        method: RequestMethod = .get
    ) -> SpanFacts {
        var facts = SpanFacts(
            spanID: SpanID(1), hop: Hop(service: Symbol(2), name: Symbol(3), kind: kind, method: method))
        facts.httpCode = http
        facts.grpcCode = grpc
        facts.status = status
        facts.evidence = evidence
        facts.proxyFlags = flags
        facts.outcome = declared
        return facts
    }

    private func check(
        _ facts: SpanFacts, _ kind: Outcome.Kind, _ strength: Confidence? = nil, answer: Answer? = nil,
        location: SourceLocation = #_sourceLocation
    ) {
        let outcome = Outcome(facts)
        #expect(outcome.kind == kind, sourceLocation: location)
        if let strength { #expect(outcome.strength == strength, sourceLocation: location) }
        if let answer { #expect(Answer(facts) == answer, sourceLocation: location) }
    }

    @Test func aDeclaredOutcomeWinsAndLeavesTheAnswerAlone() {
        check(facts(http: 500, declared: .success), .ok, answer: .failed)
        check(facts(http: 200, declared: .failure), .failed, .medium, answer: .ok)
        check(facts(http: 200, declared: .expected), .refused, answer: .ok)
        check(facts(http: 200, declared: .partial), .ok, answer: .ok)
    }

    @Test func aTrustedOKSuppressesAndAnUntrustedOneDoesNot() {
        check(facts(.client, http: 500, status: .ok, evidence: .trustedOK), .ok)
        check(facts(.client, http: 500, status: .ok), .failed, .strong)
        check(facts(.client, status: .error, evidence: .trustedOK), .failed, .strong)
    }

    @Test func cancellationComesBeforeTheCode() {
        check(facts(grpc: .cancelled), .cancelled)
        check(facts(http: 499), .cancelled)
        check(facts(.client, http: 499, status: .error), .cancelled, .weak)
        check(facts(.client, grpc: .cancelled, status: .error), .cancelled, .medium)
        check(facts(http: 200, flags: .downstreamTermination), .cancelled, answer: .ok)
        check(facts(http: 0, flags: .downstreamReset), .cancelled)
        check(facts(.client, status: .error, evidence: .cancelled), .cancelled, .medium)
        check(facts(.client, http: 503, status: .error, evidence: [.cancelled, .gateway]), .failed, .strong)
        check(facts(http: 200, evidence: [.cancelled, .exceptionEvent]), .ok)
    }

    @Test(arguments: [UInt16(500), 502, 503, 504, 599]) func serverErrorsFail(code: UInt16) {
        check(facts(http: code), .failed, .strong, answer: .failed)
    }

    @Test(arguments: [UInt16(408), 425, 429]) func throttlingFailsItsCallerOnly(code: UInt16) {
        check(facts(.client, http: code), .failed, .medium, answer: .refused)
        check(facts(.server, http: code), .refused, answer: .refused)
    }

    @Test func otherClientErrorsAreRefusedEvenWithERROR() {
        check(facts(.client, http: 404, status: .error, evidence: .errorType), .refused)
    }

    @Test func aGoodCodeUnderERRORFails() {
        check(facts(.server, http: 200, status: .error), .failed, .medium, answer: .ok)
        check(facts(.server, http: 302, evidence: .errorTag), .failed, .medium)
        check(facts(.client, http: 200, status: .error), .failed, .strong)
        check(facts(.server, http: 304), .ok)
    }

    @Test func withoutACodeTheStatusDecides() {
        check(facts(.internal, status: .error), .failed, .medium)
        check(facts(.client, status: .error), .failed, .strong)
        check(facts(.server, status: .error), .failed, .medium, answer: .failed)
        check(facts(.consumer, status: .error), .failed, .strong)
        check(facts(.internal, evidence: .errorType), .failed, .medium)
        check(facts(.client, status: .error, evidence: .database), .failed, .strong)
        check(facts(.internal), .ok, answer: .ok)
    }

    @Test(arguments: GRPCCode.allCases) func everyGRPCStatusHasItsOutcome(code: GRPCCode) {
        let strong: Set<GRPCCode> = [.unknown, .deadlineExceeded, .unimplemented, .internal, .unavailable, .dataLoss]
        let medium: Set<GRPCCode> = [.resourceExhausted, .aborted, .failedPrecondition]
        let span = facts(.client, http: 200, grpc: code)
        switch code {
        case .ok: check(span, .ok, answer: .ok)
        case .cancelled: check(span, .cancelled, answer: .cancelled)
        case _ where strong.contains(code): check(span, .failed, .strong, answer: .failed)
        case _ where medium.contains(code): check(span, .failed, .medium, answer: .failed)
        default: check(span, .refused, answer: .refused)
        }
    }

    @Test func proxyFlagsCountWithoutAGRPCStatus() {
        check(facts(http: 200, flags: .upstreamTimeout), .failed, .strong, answer: .ok)
        check(facts(http: 200, flags: [.upstreamTimeout, .viaUpstream]), .failed, .medium)
        check(facts(http: 200, grpc: .ok, flags: .upstreamTimeout), .ok)
        check(facts(http: 200, flags: .rateLimited), .refused)
        check(facts(http: 200, flags: .faultInjected), .ok)
    }

    @Test func bodiesThatSayFailure() {
        check(facts(http: 200, evidence: .graphqlErrors), .failed, .medium)
        check(facts(http: 200, evidence: [.graphqlErrors, .graphqlData]), .ok)
        check(facts(http: 200, evidence: .jsonRPCError), .failed, .medium)
        check(facts(http: 200, evidence: .jsonRPCRefused), .refused)
        check(facts(http: 200, evidence: .problemJSON), .failed, .medium)
        check(facts(http: 200, evidence: .businessFailure), .failed, .medium, answer: .ok)
    }

    @Test func hintsAreOKAndStillNoted() {
        for hint in [Evidence.exceptionEvent, .errorLog] {
            check(facts(http: 200, evidence: hint), .ok, .weak)
            #expect(Outcome(facts(http: 200, evidence: hint)).isHint)
            #expect(Outcome(facts(http: 200, evidence: hint)).isFailing)
        }
    }

    @Test func whoeverOwesACodeAndNamesNoneIsUnknown() {
        check(facts(.server), .unknown, answer: .unknown)
        check(facts(.client), .unknown)
        check(facts(.client, method: .none), .ok)
        check(facts(.client, evidence: .database), .ok)
        check(facts(.consumer, method: .none), .ok)
    }
}

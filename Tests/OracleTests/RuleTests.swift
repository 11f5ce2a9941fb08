import Testing
import TraceModel
import UnmaskTestSupport

/// Sentences of sections 1 to 4 that stand in no row of the table.
@Suite struct RuleTests {
    private func edge(_ code: UInt16 = 200) -> Sketch {
        var sketch = Sketch()
        sketch.server("edge", 1, Sketch.at(nil, 0, 100), code: code)
        return sketch
    }

    private func below(_ change: (inout SpanFacts) -> Void) -> VerdictKind {
        var sketch = edge()
        sketch.client("call", 1, to: 2, Sketch.at("edge", 10, 30), code: 0)
        sketch.change("call", change)
        return sketch.judge().kind
    }

    @Test func theCodeDecidesBeforeTheStatus() {
        #expect(below { ($0.httpCode, $0.status) = (422, .error) } == .suspect)
        #expect(below { ($0.httpCode, $0.status) = (200, .error) } == .masked)
        #expect(below { $0.status = .error } == .masked)
        #expect(below { $0.httpCode = 429 } == .masked)
    }

    @Test func anErrorTagWithoutAResponseFails() {
        #expect(below { $0.evidence = [.errorTag, .noResponse] } == .masked)
    }

    @Test func aSpanThatSaysNothingIsNoFailure() {
        #expect(below { _ in } == .clean)
    }

    @Test(arguments: [
        (GRPCCode.ok, VerdictKind.clean), (.unknown, .masked), (.deadlineExceeded, .masked), (.unimplemented, .masked),
        (.internal, .masked), (.unavailable, .masked), (.dataLoss, .masked), (.resourceExhausted, .masked),
        (.aborted, .masked), (.failedPrecondition, .masked), (.invalidArgument, .suspect), (.notFound, .expected),
        (.alreadyExists, .expected), (.permissionDenied, .suspect), (.unauthenticated, .suspect),
    ])
    func aGRPCCodeBelowAnOKEdge(code: GRPCCode, expected: VerdictKind) {
        #expect(below { $0.grpcCode = code } == expected)
    }

    @Test func aDeclaredOutcomeWinsOverTheCode() {
        #expect(below { ($0.httpCode, $0.outcome) = (500, .success) } == .clean)
        #expect(below { ($0.httpCode, $0.outcome) = (200, .failure) } == .masked)
        #expect(below { ($0.httpCode, $0.outcome) = (500, .expected) } == .expected)
        #expect(below { ($0.httpCode, $0.outcome) = (200, .partial) } == .degraded)
    }

    @Test func anOKFromATrustedScopeSuppressesTheSpansOwnError() {
        #expect(below { ($0.status, $0.evidence) = (.ok, [.trustedOK, .errorType]) } == .clean)
        #expect(below { ($0.status, $0.evidence) = (.ok, .errorType) } == .masked)
    }

    @Test func flagsRefuseFailOrCancel() {
        #expect(below { ($0.httpCode, $0.proxyFlags) = (200, .rateLimited) } == .suspect)
        #expect(below { ($0.httpCode, $0.proxyFlags) = (200, .upstreamReset) } == .masked)
        #expect(below { ($0.httpCode, $0.proxyFlags) = (200, .delayInjected) } == .clean)
    }

    @Test(arguments: [UInt16(404), 410, 412, 416])
    func absenceIsAnAnswerToThoseWhoAsk(code: UInt16) {
        #expect(below { $0.httpCode = code } == .expected)
        #expect(below { ($0.httpCode, $0.hop.method) = (code, .post) } == .suspect)
        #expect(
            below {
                ($0.httpCode, $0.hop.method) = (code, .post)
                $0.evidence.insert(.cacheOrObjectStore)
            } == .expected)
    }

    @Test func aConditionalWriteMayLose() {
        #expect(
            below {
                ($0.httpCode, $0.hop.method) = (409, .put)
                $0.evidence.insert(.conditional)
            } == .expected)
        #expect(below { ($0.httpCode, $0.hop.method) = (409, .put) } == .suspect)
    }

    @Test func probesAreJudgedAndExpected() {
        #expect(below { ($0.httpCode, $0.evidence) = (500, .synthetic) } == .expected)
    }

    @Test func ifTheLastAttemptFailedNothingRecovered() {
        var sketch = edge()
        sketch.client("first", 1, to: 2, Sketch.at("edge", 10, 20), code: 503)
        sketch.client("second", 1, to: 2, Sketch.at("edge", 30, 40))
        sketch.client("third", 1, to: 2, Sketch.at("edge", 50, 60), code: 503)
        #expect(sketch.judge().kind == .masked)
        #expect(sketch.judge().chains.count == 1)
    }

    @Test func attemptsBelowAMissingParentAreStillOneCall() {
        var sketch = edge()
        sketch.client("first", 3, to: 2, Sketch.at("lost", 10, 20), code: 503)
        sketch.client("second", 3, to: 2, Sketch.at("lost", 30, 40))
        #expect(sketch.judge().kind == .recovered)
    }

    @Test func aMethodAloneNamesNoOperation() {
        var sketch = edge()
        sketch.client("first", 1, to: 2, Sketch.at("edge", 10, 20), code: 503)
        sketch.client("second", 1, to: 2, Sketch.at("edge", 30, 40))
        for name in ["first", "second"] { sketch.change(name) { $0.hop.route = .empty } }
        #expect(sketch.judge().kind == .masked)
        for name in ["first", "second"] { sketch.change(name) { $0.hop.traits = [] } }
        #expect(sketch.judge().kind == .recovered)
    }

    @Test func timesOfTwoProcessesAreNeverCompared() {
        var sketch = edge()
        sketch.client("first", 1, to: 2, Sketch.at("edge", 10, 20), code: 503)
        sketch.client("second", 1, to: 2, Sketch.at("edge", 30, 40))
        sketch.change("second") { $0.instance = Symbol(999) }
        #expect(sketch.judge().kind == .masked)
    }

    @Test func aSharedSpansServerIsItsClientsChild() {
        var sketch = edge()
        sketch.client("call", 1, to: 2, Sketch.at("edge", 10, 30), code: 500)
        sketch.server("callee", 2, Sketch.at("edge", 12, 28), code: 500)
        let shared = sketch.known("call")
        sketch.change("callee") { $0.spanID = shared }
        #expect(sketch.judge().chains.count == 1)
        #expect(sketch.judge().chain?.originClass == .http5xx)
    }

    @Test func variantsOfOneCallAreItsAttempts() {
        var sketch = edge()
        sketch.client("call", 1, to: 2, Sketch.at("edge", 10, 20), code: 503)
        sketch.client("again", 1, to: 2, Sketch.at("edge", 30, 40))
        let same = sketch.known("call")
        sketch.change("again") { $0.spanID = same }
        #expect(sketch.judge().kind == .recovered)
    }

    @Test func parentsThatRunInACircleEndNothing() {
        var sketch = edge()
        sketch.client("a", 2, to: 3, Sketch.at("b", 10, 20), code: 500)
        sketch.client("b", 2, to: 3, Sketch.at("a", 10, 20), code: 500)
        #expect(sketch.judge().kind == .masked)
    }

    @Test func theEdgesSilenceIsNeverClean() {
        #expect(NaiveOracle().verdict(of: [], settled: true).kind == .undetermined)
    }

    @Test func aRefusalWithWeakEvidenceBelowStaysRefused() {
        var sketch = edge(400)
        sketch.add("parse", Sketch.hop(.internal, 1, route: 0, method: .none), Sketch.at("edge", 5, 6)) {
            $0.status = .error
        }
        #expect(sketch.judge().kind == .refused)
    }

    @Test func anAbsorbedFailureBelowAFailedEdgeIsOneHonestChain() {
        var sketch = edge(500)
        sketch.add("wrap", Sketch.hop(.internal, 1, route: 0, method: .none), Sketch.at("edge", 5, 60))
        sketch.client("call", 1, to: 2, Sketch.at("wrap", 10, 30), code: 500)
        #expect(sketch.judge().kind == .failed)
        #expect(sketch.judge().chain?.origin == sketch.known("call"))
    }

    @Test func parallelFailuresOfOneOperationAreTwoChains() {
        var sketch = edge()
        sketch.client("one", 1, to: 2, Sketch.at("edge", 10, 40), code: 503)
        sketch.client("other", 1, to: 2, Sketch.at("edge", 20, 60), code: 503)
        #expect(sketch.judge().chains.count == 2)
    }

    @Test func a404ThatAProxyMadeOfA503IsNoAnswer() {
        var sketch = edge()
        sketch.client("lookup", 1, to: 2, Sketch.at("edge", 10, 40), code: 404)
        #expect(sketch.judge().kind == .expected)
        sketch.server("callee", 2, Sketch.at("lookup", 12, 38), code: 503)
        #expect(sketch.judge().kind == .masked)
    }

    @Test func aSpanThatOnlyRepeatsACodeIsNoOriginAndNoChain() {
        var sketch = edge()
        sketch.client("call", 1, to: 2, Sketch.at("edge", 10, 40), code: 500)
        sketch.server("callee", 2, Sketch.at("call", 12, 38), code: 500)
        sketch.add("send", Sketch.hop(.internal, 2, route: 0, method: .none), Sketch.at("callee", 37, 38)) {
            ($0.httpCode, $0.status) = (500, .error)
        }
        #expect(sketch.judge().chain?.origin == sketch.known("callee"))
        var detached = edge()
        detached.add("send", Sketch.hop(.internal, 2, route: 0, method: .none), Sketch.at("lost", 37, 38)) {
            ($0.httpCode, $0.status) = (500, .error)
        }
        #expect(detached.judge().kind == .clean)
    }
}

import Testing
import TraceModel
import UnmaskTestSupport

/// Section 6 of the contract: every row that needs no route profile.
@Suite struct HardCaseTests {
    private func edge(_ code: UInt16 = 200) -> Sketch {
        var sketch = Sketch()
        sketch.server("edge", 1, Sketch.at(nil, 0, 100), code: code)
        return sketch
    }

    private func gateway(_ code: UInt16 = 200, flags: ProxyFlags = []) -> Sketch {
        var sketch = edge(code)
        sketch.change("edge") {
            $0.evidence.insert(.gateway)
            $0.proxyFlags = flags
        }
        return sketch
    }

    @Test func aRetryWithResendCountRecovered() {
        var sketch = edge()
        sketch.client("first", 1, to: 2, Sketch.at("edge", 10, 20), code: 503)
        sketch.client("second", 1, to: 2, Sketch.at("edge", 30, 40), code: 503)
        sketch.client("third", 1, to: 2, Sketch.at("edge", 50, 60))
        sketch.change("second") { $0.resends = 1 }
        sketch.change("third") { $0.resends = 2 }
        let verdict = sketch.judge()
        #expect(verdict.kind == .recovered)
        #expect(verdict.chain?.disposition == .recovered)
    }

    @Test func oneInnerServerErrorWithNothingAfterItIsCaught() {
        var sketch = edge()
        sketch.client("call", 1, to: 2, Sketch.at("edge", 10, 30), code: 500)
        sketch.server("callee", 2, Sketch.at("call", 12, 28), code: 500)
        let verdict = sketch.judge()
        #expect(verdict.kind == .masked)
        #expect(verdict.chain?.kind == .caught)
        #expect(verdict.chain?.maskPoint == sketch.known("edge"))
        #expect(verdict.chain?.origin == sketch.known("callee"))
        #expect(verdict.chain?.top == sketch.known("call"))
    }

    @Test func aGatewaySays200OverAFailedUpstream() {
        var sketch = gateway()
        sketch.client("upstream", 1, to: 2, Sketch.at("edge", 10, 30), code: 503)
        let verdict = sketch.judge()
        #expect(verdict.kind == .masked)
        #expect(verdict.chain?.kind == .rewritten)
        #expect(verdict.chain?.maskPoint == sketch.known("edge"))
    }

    @Test(arguments: ["UH", "UF", "UO", "URX", "UT"])
    func anEnvoy200WhoseFlagsSayNoUpstreamAnsweredContradictsItself(letters: String) throws {
        let verdict = gateway(flags: try #require(ProxyFlags(letters: letters))).judge()
        #expect(verdict.kind == .masked)
        #expect(verdict.chain?.kind == .contradiction)
    }

    @Test func anEnvoy200WithFlagsAndAGRPCStatusIsDecidedByTheStatus() {
        var sketch = gateway(flags: .upstreamConnectionFailure)
        sketch.change("edge") { $0.grpcCode = .ok }
        #expect(sketch.judge().kind == .clean)
        sketch.change("edge") { $0.grpcCode = .unavailable }
        #expect(sketch.judge().kind == .failed)
    }

    @Test(arguments: ["UC", "UR", "UPE"])
    func anEnvoy200ThatBrokeAfterTheHeaders(letters: String) throws {
        let verdict = gateway(flags: try #require(ProxyFlags(letters: letters))).judge()
        #expect(verdict.kind == .masked)
        #expect(verdict.chain?.kind == .failedAfterHeaders)
    }

    @Test func anEnvoy200WithDCIsAborted() {
        #expect(gateway(flags: .downstreamTermination).judge().kind == .aborted)
    }

    @Test func attemptsOfNginxRecoverAtOneUpstreamAndFallBackAtAnother() {
        var sketch = gateway()
        sketch.client("first", 1, to: 2, Sketch.at("edge", 10, 20), code: 502, route: 200)
        var other = sketch
        sketch.client("second", 1, to: 2, Sketch.at("edge", 20, 40), route: 200)
        other.client("second", 1, to: 3, Sketch.at("edge", 20, 40), route: 200)
        #expect(sketch.judge().kind == .recovered)
        #expect(other.judge().kind == .degraded)
        #expect(other.judge().chain?.kind == .fallback)
    }

    @Test(arguments: [UInt16(499), 0])
    func theCallerWentAwayFirst(code: UInt16) {
        var sketch = edge(code)
        if code == 0 { sketch.change("edge") { $0.grpcCode = .cancelled } }
        sketch.client("call", 1, to: 2, Sketch.at("edge", 10, 101), code: 0)
        sketch.change("call") { $0.evidence.insert(.cancelled) }
        #expect(sketch.judge().kind == .aborted)
        sketch.client("before", 1, to: 3, Sketch.at("edge", 1, 5), code: 503)
        #expect(sketch.judge().kind == .aborted)
    }

    @Test func a404FromAnObjectStoreIsExpected() {
        var sketch = edge()
        sketch.client("lookup", 1, to: 2, Sketch.at("edge", 10, 30), code: 404)
        #expect(sketch.judge().kind == .expected)
        #expect(sketch.judge().chain?.disposition == .expected)
    }

    @Test func aStorageErrorToldAs404AtTheEdgeIsDisguised() {
        var sketch = edge(404)
        sketch.client("storage", 1, to: 2, Sketch.at("edge", 10, 30), code: 503)
        let verdict = sketch.judge()
        #expect(verdict.kind == .masked)
        #expect(verdict.chains.contains { $0.kind == .disguised4xx && $0.maskPoint == sketch.known("edge") })
    }

    @Test func aStorageErrorToldAs404ByAnInnerServiceIsDisguisedThere() {
        var sketch = edge()
        sketch.client("call", 1, to: 2, Sketch.at("edge", 10, 60), code: 404)
        sketch.server("inner", 2, Sketch.at("call", 12, 50), code: 404)
        sketch.client("storage", 2, to: 3, Sketch.at("inner", 20, 30), code: 503)
        let verdict = sketch.judge()
        #expect(verdict.kind == .masked)
        #expect(verdict.chains.contains { $0.kind == .disguised4xx && $0.maskPoint == sketch.known("inner") })
        #expect(verdict.chains.contains { $0.disposition == .expected && $0.top == sketch.known("call") })
    }

    @Test func aTokenRefreshAfter401IsExpected() {
        var sketch = edge()
        sketch.client("denied", 1, to: 2, Sketch.at("edge", 10, 20), code: 401)
        sketch.client("token", 1, to: 3, Sketch.at("edge", 22, 30))
        sketch.client("again", 1, to: 2, Sketch.at("edge", 32, 40))
        #expect(sketch.judge().kind == .expected)
    }

    @Test func graphQLErrorsWithoutDataAreMaskedAndWithDataPartial() {
        var sketch = edge()
        sketch.change("edge") { $0.evidence.insert(.graphqlErrors) }
        #expect(sketch.judge().kind == .masked)
        #expect(sketch.judge().chain?.kind == .protocol200)
        sketch.change("edge") { $0.evidence.insert(.graphqlData) }
        #expect(sketch.judge().kind == .degraded)
        #expect(sketch.judge().chain?.kind == .partial)
    }

    @Test func aGRPCEdgeWithInternalFailsAndAnHTTPGatewayBeforeItMasks() {
        var sketch = edge()
        sketch.change("edge") { $0.grpcCode = .internal }
        #expect(sketch.judge().kind == .failed)
        var before = gateway()
        before.client("forward", 1, to: 2, Sketch.at("edge", 10, 60))
        before.server("callee", 2, Sketch.at("forward", 12, 50))
        before.change("forward") { $0.grpcCode = .internal }
        before.change("callee") { $0.grpcCode = .internal }
        #expect(before.judge().kind == .masked)
        #expect(before.judge().chain?.kind == .protocol200)
    }

    @Test func aFailedGRPCClientUnderAnHTTPServerIsCaught() {
        var sketch = edge()
        sketch.client("call", 1, to: 2, Sketch.at("edge", 10, 60), code: 0)
        sketch.change("call") { $0.grpcCode = .internal }
        #expect(sketch.judge().chain?.kind == .caught)
    }

    @Test func aGRPCEdgeWithNoStatusIsUndetermined() {
        #expect(edge(0).judge().kind == .undetermined)
    }
}

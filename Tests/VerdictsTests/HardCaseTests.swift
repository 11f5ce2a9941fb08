import Testing
import TraceModel
import UnmaskTestSupport

/// Section 6 of the contract, row by row.
@Suite struct HardCases {
    @Test func retriesWithAResendCountThatEndWellAreRecovered() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        for (resend, code) in [UInt16(503), 503, 200].enumerated() {
            let call = trace.call("stock", "GET /stock", code: code, under: edge)
            trace[call.client].resends = UInt8(resend)
        }
        expect(trace, .recovered, attempts: 3, rule: .retrySaysCount, confidence: .strong)
    }

    @Test func oneInner500WithNothingAfterItIsCaught() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace.client("shop", "GET /stock", to: "stock", code: 500, status: .error, under: edge)
        expect(trace, .masked, .caught, at: edge, from: "peer:stock", .http5xx, confidence: .strong)
    }

    @Test func aGatewayOver5xxHasRewrittenIt() {
        let trace = TraceBuilder()
        let edge = trace.server("gateway", "GET /cart", evidence: .gateway)
        trace.call("shop", "GET /cart", code: 503, under: edge)
        expect(trace, .masked, .rewritten, at: edge, from: "shop", .http5xx)
    }

    @Test(arguments: [
        ProxyFlags.noHealthyUpstream, .upstreamConnectionFailure, .upstreamOverflow, .upstreamRetryLimit,
        .upstreamTimeout,
    ])
    func a200WhoseFlagsSayNoUpstreamAnsweredContradictsItself(flag: ProxyFlags) {
        let trace = TraceBuilder()
        let edge = trace.server("envoy", "GET /cart", evidence: .gateway)
        trace[edge].proxyFlags = flag
        expect(trace, .masked, .contradiction, at: edge)
    }

    @Test func aGRPCStatusDecidesBeforeTheFlags() {
        let trace = TraceBuilder()
        let edge = trace.server("envoy", "shop.Cart/Get", code: 200, grpc: .ok, evidence: .gateway)
        trace[edge].proxyFlags = .upstreamRetryLimit
        expect(trace, .clean)
    }

    @Test(arguments: [ProxyFlags.upstreamTermination, .upstreamReset, .upstreamProtocolError])
    func a200ThatBrokeOffFailedAfterItsHeaders(flag: ProxyFlags) {
        let trace = TraceBuilder()
        let edge = trace.server("envoy", "GET /cart", evidence: .gateway)
        trace[edge].proxyFlags = flag
        expect(trace, .masked, .failedAfterHeaders, at: edge)
    }

    @Test func a200WhoseCallerLeftIsAborted() {
        let trace = TraceBuilder()
        let edge = trace.server("envoy", "GET /cart", evidence: .gateway)
        trace[edge].proxyFlags = .downstreamTermination
        expect(trace, .aborted)
    }

    @Test func anEdgeThatWasCancelledIsAbortedWithWhatItCancelled() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart", code: 499)
        let call = trace.client(
            "shop", "GET /stock", to: "stock", code: 0, status: .error, under: edge, evidence: .cancelled)
        trace.move(call, after: edge)
        expect(trace, .aborted)
        #expect(judge(trace.spans).reasons == [])
    }

    @Test func aFailureBeforeTheCallerLeftIsKept() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart", code: 499)
        trace.client("shop", "GET /stock", to: "stock", code: 500, under: edge)
        expect(trace, .aborted)
        #expect(judge(trace.spans).reasons == [.preexistingFailure])
    }

    @Test func nothingInAnObjectStoreIsExpected() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace.client(
            "shop", "GET /bucket/key", to: "s3", code: 404, status: .error, under: edge, evidence: .cacheOrObjectStore)
        expect(trace, .expected, rule: .absenceUnderOK)
    }

    @Test func aStorageFailureToldAs404IsDisguised() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart", code: 404)
        trace.client("shop", "GET /bucket/key", to: "s3", code: 500, status: .error, under: edge)
        expect(trace, .masked, .disguised4xx, at: edge)
    }

    @Test func aRefusedTokenThatIsRefreshedIsExpected() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace.client("shop", "GET /orders", to: "orders", code: 401, under: edge)
        trace.client("shop", "POST /token", to: "login", under: edge)
        trace.client("shop", "GET /orders", to: "orders", under: edge)
        expect(trace, .expected, rule: .authenticationChallenge)
    }

    @Test func graphQLWithoutDataIsMaskedAndWithDataDegraded() {
        let trace = TraceBuilder()
        let edge = trace.server("api", "POST /graphql", evidence: .graphqlErrors)
        expect(trace, .masked, .protocol200, at: edge, confidence: .medium)
        trace[edge].evidence.insert(.graphqlData)
        expect(trace, .degraded, .partial)
    }

    @Test func aGRPCFailureIsToldByItsEdgeAndHiddenByAGateway() {
        let trace = TraceBuilder()
        trace.server("shop", "shop.Cart/Get", code: 200, grpc: .internal)
        expect(trace, .failed)

        let bridged = TraceBuilder()
        let gateway = bridged.server("gateway", "POST /cart", evidence: .gateway)
        bridged.call("shop", "shop.Cart/Get", code: 200, grpc: .internal, under: gateway)
        expect(bridged, .masked, .protocol200, at: gateway, from: "shop", .grpc(.internal))
    }

    @Test func aGRPCEdgeWithoutAStatusIsUndetermined() {
        let trace = TraceBuilder()
        trace.server("shop", "shop.Cart/Get", code: 0)
        expect(trace, .undetermined)
        #expect(judge(trace.spans).reasons == [.edgeWithoutAnswer])
    }

    @Test func anEnvelopeThatSaysFailureIsABusinessError() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "POST /pay", evidence: .businessFailure)
        expect(trace, .masked, .businessError, at: edge, .business)
    }
}

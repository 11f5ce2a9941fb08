import Testing
import TraceModel

@testable import Ingest

@Suite struct ProxyMarksTests {
    @Test(arguments: ProxyFlags.letters)
    func everyFlagOfEnvoyIsRead(letters: String) {
        let span = Reading.span(.server, ["response_flags": .string("-,\(letters)")])
        #expect(span.proxyFlags.letterList == [letters])
    }

    @Test func noFlagsAreNoFlags() {
        #expect(Reading.span(.server, ["response_flags": "-"]).proxyFlags.isEmpty)
    }

    @Test(
        arguments: [
            ("via_upstream", ProxyFlags.viaUpstream), ("no_healthy_upstream", .noHealthyUpstream),
            ("upstream_reset_before_response_started{remote_connection_failure|x}", .upstreamConnectionFailure),
            ("upstream_reset_before_response_started{connection_termination}", .upstreamTermination),
            ("upstream_reset_before_response_started{anything}", .upstreamReset),
            ("response_timeout", .upstreamTimeout),
            ("upstream_per_try_timeout", .upstreamTimeout), ("downstream_remote_disconnect", .downstreamTermination),
            ("direct_response", []), ("", []),
        ] as [(String, ProxyFlags)])
    func codeDetailsMeanWhatTheFlagsMean(details: String, flags: ProxyFlags) {
        #expect(ProxyMarks.details(details) == flags)
    }

    @Test(
        arguments: [
            ["component": "proxy"], ["upstream_cluster": "a"], ["upstream_cluster.name": "a"],
            ["otel.scope.name": "envoy"],
        ] as [[String: AttributeValue]])
    func aGatewayShowsItself(attributes: [String: AttributeValue]) {
        #expect(Reading.span(.server, attributes).evidence.contains(.gateway))
    }

    @Test func aServiceIsNoGateway() {
        #expect(!Reading.span(.server, ["component": "flask"]).evidence.contains(.gateway))
    }
}

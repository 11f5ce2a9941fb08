import TraceModel

/// Traffic that nobody waits for: probes, tests, shadows.
enum TrafficKinds {
    private static let yesKeys = [
        "synthetic", "unmask.synthetic", "shadow", "traffic.shadow", "is_synthetic", "mirrored",
    ]
    private static let wordKeys = ["user_agent.synthetic.type", "traffic.type", "traffic.kind"]
    private static let words: Set<String> = ["test", "bot", "synthetic", "shadow", "probe", "mirror"]
    private static let agentKeys = ["user_agent.original", "http.user_agent", "user_agent"]
    static let probes = [
        "kube-probe/", "elb-healthchecker/", "googlehc/", "consul health check", "blackbox exporter", "uptimerobot",
        "pingdom", "datadog/synthetics", "envoy/hc", "updown.io",
    ]
    private static let authorityKeys = ["http.host", "server.address", "http.authority"]

    static func read(_ reading: inout SpanReading) {
        let attributes = reading.attributes
        let isNamed = wordKeys.contains { attributes.text($0).map { words.contains($0.lowercased()) } ?? false }
        if attributes.isTrue(yesKeys) || isNamed || isProbe(reading) || isShadow(attributes) {
            reading.mark(.synthetic)
        }
    }

    private static func isProbe(_ reading: SpanReading) -> Bool {
        if reading.span.route.hasPrefix("grpc.health.v1.Health/") { return true }
        guard let agent = reading.attributes.text(agentKeys)?.lowercased() else { return false }
        return probes.contains { agent.utf8Range(of: $0) != nil }
    }

    /// Envoy sends mirrored requests to the same authority with this ending.
    private static func isShadow(_ attributes: AttributeIndex) -> Bool {
        let host =
            attributes.text(authorityKeys)
            ?? attributes.text(["url.full", "http.url"]).flatMap { URLParts($0).authority }
        return host?.split(separator: ":").first?.hasSuffix("-shadow") ?? false
    }
}

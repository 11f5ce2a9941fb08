import TraceModel

/// Who forwards and does not think: spans of a proxy.
enum Gateways {
    static let clusterKeys = ["upstream_cluster.name", "upstream_cluster"]

    static func read(_ reading: inout SpanReading) {
        let isProxy = reading.attributes.text("component")?.lowercased() == "proxy"
        let hasCluster = reading.attributes.text(clusterKeys) != nil
        if isProxy || hasCluster || reading.scope.lowercased().split(separator: ".").contains("envoy") {
            reading.mark(.gateway)
        }
    }
}

import TraceModel

/// Who recorded a span, from the attributes of its resource.
enum ResourceNames {
    static let unknownService = "unknown_service"
    private static let environments = ["deployment.environment.name", "deployment.environment"]
    /// What tells two processes of a service apart, best first.
    private static let instances = [
        "service.instance.id", "k8s.pod.uid", "k8s.pod.name", "container.id", "host.id", "host.name", "hostname",
    ]

    static func resource(_ attributes: [SpanAttribute], service: String? = nil) -> SpanResource {
        if attributes.isEmpty { return SpanResource(service: service ?? unknownService) }
        let index = AttributeIndex(attributes)
        return SpanResource(
            service: service ?? index.text("service.name") ?? unknownService,
            namespace: index.text("service.namespace") ?? "", environment: index.text(environments) ?? "",
            instance: instance(index), attributes: attributes)
    }

    private static func instance(_ index: AttributeIndex) -> String {
        let place = index.text(instances) ?? ""
        guard index.text("service.instance.id") == nil, let process = index.text("process.pid") else { return place }
        return "\(place)/\(process)"
    }
}

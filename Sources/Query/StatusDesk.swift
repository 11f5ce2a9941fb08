package import HTTP
import JSON
package import Metrics

/// One thing that has to be well for the collector to be ready.
package struct ReadinessCheck: Sendable {
    package var name: String
    /// Nil when all is well, else what is wrong.
    package var complaint: @Sendable () -> String?

    package init(name: String, complaint: @escaping @Sendable () -> String?) {
        self.name = name
        self.complaint = complaint
    }
}

/// Says how the collector itself is: alive, ready, and in numbers.
package struct StatusDesk: Sendable {
    private let checks: [ReadinessCheck]
    private let metrics: @Sendable (MetricsFormat) -> MetricsText

    package init(checks: [ReadinessCheck], metrics: @escaping @Sendable (MetricsFormat) -> MetricsText) {
        self.checks = checks
        self.metrics = metrics
    }

    package func addRoutes(to router: inout Router) {
        router.add("GET", "/healthz") { _ in HTTPResponse(text: "ok\n") }
        router.add("GET", "/readyz") { readiness($0) }
        router.add("GET", "/metrics") { request in
            let format = MetricsFormat(accept: request.headers["Accept"])
            return HTTPResponse(
                status: 200, headers: ["Content-Type": format.contentType, "Vary": "Accept"],
                body: metrics(format).finished())
        }
    }

    private func readiness(_ request: HTTPRequest) -> HTTPResponse {
        let complaints = checks.compactMap { check in check.complaint().map { "\(check.name): \($0)" } }
        guard complaints.isEmpty else {
            return HTTPProblem(status: 503, detail: complaints.joined(separator: "; "), instance: request.rawPath)
                .response
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("ready", true)
            writer.field("checks", checks.map(\.name))
        }
        return HTTPResponse(json: writer)
    }
}

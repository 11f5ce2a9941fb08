package import HTTP
import JSON

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
    private let metrics: @Sendable () -> MetricsText

    package init(checks: [ReadinessCheck], metrics: @escaping @Sendable () -> MetricsText) {
        self.checks = checks
        self.metrics = metrics
    }

    package func addRoutes(to router: inout Router) {
        router.add("GET", "/healthz") { _ in HTTPResponse(text: "ok\n") }
        router.add("GET", "/readyz") { readiness($0) }
        router.add("GET", "/metrics") { _ in
            HTTPResponse(
                status: 200, headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"],
                body: Array(metrics().text.utf8))
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

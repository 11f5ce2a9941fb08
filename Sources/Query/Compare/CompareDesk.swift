import Findings
package import HTTP
import JSON
package import Judging
import TraceModel

/// Lays a trace beside a clean one of the same route. Any thread.
package struct CompareDesk: Sendable {
    /// Clean traces in memory that are looked through for one of the route.
    private static let recentMax = 4_096

    private let library: TraceLibrary
    private let findings: FindingDesk
    private let profiles: RouteProfiles

    package init(library: TraceLibrary, findings: FindingDesk, profiles: RouteProfiles) {
        self.library = library
        self.findings = findings
        self.profiles = profiles
    }

    package func addRoutes(to router: inout Router) {
        router.add("GET", "/api/v1/compare") { $0.answering(compare) }
    }

    private func compare(_ request: HTTPRequest) throws(ParameterMistake) -> HTTPResponse {
        let parameters = try RequestParameters(request, ["trace", "with"])
        let hint = "a trace id, which is up to 32 hex digits and not zero"
        guard let id = try parameters.value("trace", hint, { TraceID(hex: $0) }) else {
            throw ParameterMistake(detail: "trace is missing: \(hint)")
        }
        let other = try parameters.value("with", hint) { TraceID(hex: $0) }
        do throws(TraceLibrary.Unreadable) {
            guard let trace = try library.trace(id) else { return Self.missing(id, request) }
            var clean: StoredTrace?
            if let other {
                clean = try library.trace(other)
                if clean == nil { return Self.missing(other, request) }
            } else {
                clean = try self.clean(like: trace)
            }
            return HTTPResponse(json: ComparisonJSON(trace, clean, usual(trace)).document())
        } catch {
            return HTTPProblem(status: 500, detail: error.detail, instance: request.rawPath).response
        }
    }

    private static func missing(_ id: TraceID, _ request: HTTPRequest) -> HTTPResponse {
        HTTPProblem.notFound("no trace \(id) is in memory, and none was kept", request)
    }

    private func usual(_ trace: StoredTrace) -> UsualRoute? {
        profiles.usual(service: trace.finding.edgeService, route: trace.finding.edgeRoute)
    }

    /// The latest that is in memory whole, or the one that was kept.
    private func clean(like trace: StoredTrace) throws(TraceLibrary.Unreadable) -> StoredTrace? {
        let (service, route) = (trace.finding.edgeService, trace.finding.edgeRoute)
        guard trace.finding.hasEdge else { return nil }
        let recent = findings.recentClean(limit: Self.recentMax).first {
            $0.edgeService == service && $0.edgeRoute == route && $0.traceID != trace.traceID
        }
        if let recent, let clean = try library.trace(recent.traceID), clean.payload == .complete { return clean }
        guard let kept = findings.book.database?.keptClean(service: service, route: route), kept != trace.traceID else {
            return nil
        }
        return try library.trace(kept)
    }
}

package import Alerting
import Findings
package import HTTP
import JSON

/// Answers what fires, since when and who was told, and takes silences. Stateless; any thread.
package struct AlertsDesk: Sendable {
    /// What became of telling an alert, by its id.
    package typealias Told = @Sendable (String) -> [Telling]

    private let engine: AlertEngine
    private let told: Told

    package init(engine: AlertEngine, told: @escaping Told) {
        self.engine = engine
        self.told = told
    }

    package func addRoutes(to router: inout Router) {
        router.add("GET", "/api/v1/alerts") { $0.answering(list) }
        router.add("GET", "/api/v1/alerts/{id}") { $0.answering(alert) }
        router.add("GET", "/api/v1/silences") { $0.answering(silences) }
        router.add("POST", "/api/v1/silences") { SilenceRequest.take($0, engine) }
        router.add("DELETE", "/api/v1/silences/{id}") { endSilence($0) }
    }

    // MARK: Alerts

    private struct Query {
        var states: Set<Alert.State> = [.pending, .firing]
        var severities: Set<Alert.Severity>?
        var rule: String?
        var fingerprint: Fingerprint?
        var limit = RequestParameters.limitDefault
        var cursor: AlertCursor?
    }

    private func list(_ request: HTTPRequest) throws(ParameterMistake) -> HTTPResponse {
        let query = try Self.query(request)
        let found = engine.records.filter { record in
            query.states.contains(record.alert.state)
                && query.severities.map { $0.contains(record.alert.severity) } ?? true
                && query.rule.map { $0 == record.alert.rule } ?? true
                && query.fingerprint.map { $0 == record.alert.fingerprint } ?? true
                && query.cursor.map { AlertCursor(record.alert) < $0 } ?? true
        }
        let page = found.prefix(query.limit)
        var writer = JSONWriter()
        writer.object { writer in
            writer.arrayField("items", of: page) { AlertJSON.write($1, told: told($1.alert.id), to: &$0) }
            writer.field("nextCursor", found.count > page.count ? page.last.map { AlertCursor($0.alert).text } : nil)
        }
        return HTTPResponse(json: writer)
    }

    private func alert(_ request: HTTPRequest) throws(ParameterMistake) -> HTTPResponse {
        _ = try RequestParameters(request, [])
        let id = request.parameters["id"] ?? ""
        guard let record = engine.records.first(where: { $0.alert.id == id }) else {
            return HTTPProblem.notFound("there is no alert with this id, or it ended long ago", request)
        }
        var writer = JSONWriter()
        AlertJSON.write(record, told: told(id), to: &writer)
        return HTTPResponse(json: writer)
    }

    private static func query(_ request: HTTPRequest) throws(ParameterMistake) -> Query {
        let parameters = try RequestParameters(
            request, ["state", "severity", "rule", "fingerprint", "limit", "cursor"])
        var query = Query()
        let states = try parameters.set("state", RequestParameters.oneOf(Alert.State.allCases.map(\.rawValue))) {
            Alert.State(rawValue: String($0))
        }
        query.states = states ?? query.states
        query.severities = try parameters.set(
            "severity", RequestParameters.oneOf(Alert.Severity.allCases.map(\.rawValue))
        ) { Alert.Severity(rawValue: String($0)) }
        query.rule = parameters.text("rule")
        query.fingerprint = try parameters.value("fingerprint", "32 hex digits") { Fingerprint(hex: $0) }
        query.limit = try parameters.limit()
        query.cursor = try parameters.value("cursor", ListAnswer.cursorHint) { AlertCursor(text: $0) }
        return query
    }

    // MARK: Silences

    private func silences(_ request: HTTPRequest) throws(ParameterMistake) -> HTTPResponse {
        _ = try RequestParameters(request, [])
        let now = engine.now
        var writer = JSONWriter()
        writer.object { writer in
            writer.arrayField("items", of: engine.silences) {
                AlertJSON.write($1, isActive: $1.isActive(at: now), to: &$0)
            }
            writer.field("nextCursor", String?.none)
        }
        return HTTPResponse(json: writer)
    }

    private func endSilence(_ request: HTTPRequest) -> HTTPResponse {
        let id = request.parameters["id"] ?? ""
        do {
            guard let silence = try engine.endSilence(id) else {
                return HTTPProblem.notFound(
                    "no silence with this id came over the API; those of the configuration end there", request)
            }
            var writer = JSONWriter()
            AlertJSON.write(silence, isActive: false, to: &writer)
            return HTTPResponse(json: writer)
        } catch {
            let detail = "it is over, but that could not be written: \(error)"
            return HTTPProblem(status: 500, detail: detail, instance: request.rawPath).response
        }
    }
}

/// A place in the list of alerts, newest first.
struct AlertCursor: Comparable {
    private let started: UInt64
    private let id: String

    init(_ alert: Alert) {
        started = alert.startedNanoseconds
        id = alert.id
    }

    init?(text: String) {
        let parts = text.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, let started = UInt64(parts[0], radix: 36) else { return nil }
        (self.started, id) = (started, String(parts[1]))
    }

    var text: String { "\(String(started, radix: 36))-\(id)" }

    static func < (left: Self, right: Self) -> Bool { (left.started, left.id) < (right.started, right.id) }
}

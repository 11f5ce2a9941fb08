package import Alerting
import Findings
package import HTTP
import JSON

/// Answers what fires, since when and who was told, and takes silences. Stateless; any thread.
package struct AlertsDesk: Sendable {
    /// What became of telling an alert, by its id.
    package typealias Told = @Sendable (String) -> [Telling]

    private static let limitDefault = 50
    private static let limitMax = 1000

    private let engine: AlertEngine
    private let told: Told

    package init(engine: AlertEngine, told: @escaping Told) {
        self.engine = engine
        self.told = told
    }

    package func addRoutes(to router: inout Router) {
        router.add("GET", "/api/v1/alerts") { list($0) }
        router.add("GET", "/api/v1/alerts/{id}") { alert($0) }
        router.add("GET", "/api/v1/silences") { silences($0) }
        router.add("POST", "/api/v1/silences") { SilenceRequest.take($0, engine) }
        router.add("DELETE", "/api/v1/silences/{id}") { endSilence($0) }
    }

    // MARK: Alerts

    private struct Query {
        var states: Set<Alert.State> = [.pending, .firing]
        var severities: Set<Alert.Severity>?
        var rule: String?
        var fingerprint: String?
        var limit = AlertsDesk.limitDefault
        var cursor: AlertCursor?
    }

    private struct Mistake: Error {
        let detail: String
    }

    private func list(_ request: HTTPRequest) -> HTTPResponse {
        let query: Query
        do throws(Mistake) {
            query = try Self.query(request)
        } catch {
            return HTTPProblem.badRequest(error.detail, request)
        }
        let found = engine.records.filter { record in
            query.states.contains(record.alert.state)
                && query.severities.map { $0.contains(record.alert.severity) } ?? true
                && query.rule.map { $0 == record.alert.rule } ?? true
                && query.fingerprint.map { $0 == record.alert.fingerprint?.description } ?? true
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

    private func alert(_ request: HTTPRequest) -> HTTPResponse {
        let id = request.parameters["id"] ?? ""
        guard let record = engine.records.first(where: { $0.alert.id == id }) else {
            return HTTPProblem.notFound("there is no alert with this id, or it ended long ago", request)
        }
        var writer = JSONWriter()
        AlertJSON.write(record, told: told(id), to: &writer)
        return HTTPResponse(json: writer)
    }

    private static let names = ["state", "severity", "rule", "fingerprint", "limit", "cursor"]

    private static func query(_ request: HTTPRequest) throws(Mistake) -> Query {
        var query = Query()
        for item in request.query {
            switch item.name {
            case "state":
                query.states = Set(try words(item) { Alert.State(rawValue: $0) })
            case "severity":
                query.severities = Set(try words(item) { Alert.Severity(rawValue: $0) })
            case "rule": query.rule = item.value
            case "fingerprint": query.fingerprint = item.value.lowercased()
            case "limit":
                guard let limit = Int(item.value), (1...limitMax).contains(limit) else {
                    throw Mistake(detail: "limit must be a number from 1 to \(limitMax)")
                }
                query.limit = limit
            case "cursor":
                guard let cursor = AlertCursor(text: item.value) else {
                    throw Mistake(detail: "cursor must be the nextCursor of an earlier answer")
                }
                query.cursor = cursor
            default:
                let known = names.joined(separator: ", ")
                throw Mistake(detail: "there is no parameter \"\(item.name.prefix(80))\"; there are \(known)")
            }
        }
        return query
    }

    private static func words<Word>(
        _ item: HTTPRequest.QueryItem, _ parse: (String) -> Word?
    ) throws(Mistake) -> [Word] where Word: CaseIterable & RawRepresentable<String> {
        var words: [Word] = []
        for part in item.value.split(separator: ",", omittingEmptySubsequences: false) {
            guard let word = parse(String(part)) else {
                let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
                throw Mistake(detail: "\(item.name) must be some of \(known), not \"\(part.prefix(80))\"")
            }
            words.append(word)
        }
        return words
    }

    // MARK: Silences

    private func silences(_ request: HTTPRequest) -> HTTPResponse {
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

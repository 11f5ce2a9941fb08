import Configuration
package import HTTP
import JSON
import Platform
import SQLite
import Synchronization

/// The API's view of exporters. Any thread.
package final class ExportersDesk: Sendable {
    private static let limitUsual = 50
    private static let limitMax = 1000

    private let service: ExportService
    /// Tests wait for their target, on a thread that others need too: one at a time.
    private let isTesting = Atomic<Bool>(false)

    package init(_ service: ExportService) {
        self.service = service
    }

    package func addRoutes(to router: inout Router) {
        router.add("GET", "/api/v1/exporters") { [self] _ in list() }
        router.add("GET", "/api/v1/exporters/{name}/dead") { [self] in dead($0) }
        router.add("POST", "/api/v1/exporters/{name}/replay") { [self] in replay($0) }
        router.add("POST", "/api/v1/exporters/{name}/test") { [self] in test($0) }
    }

    private func list() -> HTTPResponse {
        var writer = JSONWriter()
        writer.object { writer in
            writer.arrayField("items", of: service.statuses) { ExporterJSON.write($1, to: &$0) }
            writer.field("nextCursor", String?.none)
        }
        return HTTPResponse(json: writer)
    }

    private func dead(_ request: HTTPRequest) -> HTTPResponse {
        with(request) { exporter throws(ProblemText) in
            let limit = try Self.number(request, "limit", Self.limitUsual, 1...Int64(Self.limitMax))
            let cursor = try Self.number(request, "cursor", 0, 0...Int64.max)
            let letters: [DeadLetter]
            do {
                letters = try exporter.queue.deadLetters(limit: Int(limit) + 1, after: cursor)
            } catch {
                throw ProblemText(503, "\(error)")
            }
            let page = letters.prefix(Int(limit))
            var writer = JSONWriter()
            writer.object { writer in
                writer.arrayField("items", of: page) { ExporterJSON.write($1, to: &$0) }
                writer.field("nextCursor", letters.count > page.count ? page.last.map { "\($0.number)" } : nil)
            }
            return HTTPResponse(json: writer)
        }
    }

    /// All dead letters, or those that the body names: `{"ids": [...]}`.
    private func replay(_ request: HTTPRequest) -> HTTPResponse {
        with(request) { exporter throws(ProblemText) in
            let ids = try Self.ids(request.body)
            let count: Int
            do {
                count = try exporter.queue.replay(ids, wallNanoseconds: service.wallNanoseconds)
            } catch {
                throw ProblemText(503, "\(error)")
            }
            exporter.encourage()
            var writer = JSONWriter()
            writer.object { $0.field("replayed", count) }
            return HTTPResponse(json: writer)
        }
    }

    private func test(_ request: HTTPRequest) -> HTTPResponse {
        with(request) { exporter throws(ProblemText) in
            guard !isTesting.exchange(true, ordering: .acquiringAndReleasing) else {
                throw ProblemText(429, "another test is under way")
            }
            defer { isTesting.store(false, ordering: .releasing) }
            let started = Clock.monotonicNanoseconds
            let outcome = service.test(exporter)
            var writer = JSONWriter()
            writer.object { writer in
                writer.field("exporter", exporter.rule.name)
                writer.field("delivered", outcome.isDelivered)
                writer.field("answer", outcome.answer)
                writer.field("duration", Clock.monotonicNanoseconds - started)
            }
            return HTTPResponse(json: writer)
        }
    }

    private func with(
        _ request: HTTPRequest, _ answer: (Exporter) throws(ProblemText) -> HTTPResponse
    ) -> HTTPResponse {
        guard let exporter = service.exporter(request.parameters["name"] ?? "") else {
            return HTTPProblem.notFound("no exporter has this name", request)
        }
        do throws(ProblemText) {
            return try answer(exporter)
        } catch {
            return HTTPProblem(status: error.status, detail: error.text, instance: request.rawPath).response
        }
    }

    private struct ProblemText: Error {
        let status: Int
        let text: String

        init(_ status: Int, _ text: String) {
            self.status = status
            self.text = text
        }
    }

    private static func number(
        _ request: HTTPRequest, _ name: String, _ usual: Int, _ range: ClosedRange<Int64>
    ) throws(ProblemText) -> Int64 {
        guard let text = request.query(name) else { return Int64(usual) }
        // Swift's reading also takes a plus sign, which JSON's does not.
        guard text.first != "+", let number = Int64(text), range.contains(number) else {
            throw ProblemText(400, "\(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Nil for all.
    private static func ids(_ body: [UInt8]) throws(ProblemText) -> [String]? {
        if body.isEmpty { return nil }
        guard let document = try? JSONParser.parse(body), let object = document.object else {
            throw ProblemText(400, "the body must be an object such as {\"ids\": [\"...\"]}, or empty")
        }
        for member in object.members where member.key != "ids" {
            throw ProblemText(400, "a replay knows no \"\(member.key.prefix(80))\"; there is ids")
        }
        guard let ids = object["ids"] else { return nil }
        guard let texts = ids.array?.map(\.string), texts.allSatisfy({ $0 != nil }) else {
            throw ProblemText(400, "ids must be a list of texts")
        }
        return texts.compactMap { $0 }
    }
}

extension ExportService {
    var wallNanoseconds: UInt64 { Clock.wallNanoseconds }
}

/// Exporters and dead letters as the API shows them.
enum ExporterJSON {
    static func write(_ status: ExporterStatus, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("name", status.name)
            writer.field("type", status.type)
            writer.field("target", status.target)
            writer.field("state", status.state.rawValue)
            writer.field("waiting", status.sizes.waiting)
            writer.field("oldestAt", status.sizes.oldestQueuedNanoseconds.map { UTCTime(nanoseconds: $0) })
            writer.field("delivered", status.numbers.delivered)
            writer.field("dead", status.sizes.dead)
            writer.objectField("dropped") { writer in
                for (reason, count) in status.numbers.dropped.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                    writer.field(reason.rawValue, count)
                }
            }
            let last = status.numbers.lastNanoseconds
            writer.field("lastAnswer", last == 0 ? nil : status.numbers.lastAnswer)
            writer.field("lastAt", last == 0 ? nil : UTCTime(nanoseconds: last))
            writer.field("fault", status.numbers.queueFault.isEmpty ? nil : status.numbers.queueFault)
        }
    }

    static func write(_ letter: DeadLetter, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", letter.id)
            writer.field("kind", letter.kind)
            writer.field("alerts", letter.alerts)
            writer.field("bytes", letter.bytes)
            writer.field("createdAt", UTCTime(nanoseconds: letter.createdNanoseconds))
            writer.field("diedAt", UTCTime(nanoseconds: letter.diedNanoseconds))
            writer.field("reason", letter.reason)
            writer.field("answer", letter.answer)
            writer.field("attempts", letter.attempts)
        }
    }
}

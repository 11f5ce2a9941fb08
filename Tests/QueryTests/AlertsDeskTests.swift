import Alerting
import Configuration
import Findings
import Foundation
import HTTP
import JSON
import Testing
import TraceModel

@testable import Query

/// The desk over an engine whose alerts come from its rules' own restart, and which nobody drives.
@Suite struct AlertsDeskTests {
    private static let now: UInt64 = 1_767_323_040_000_000_000
    private let router: Router
    private let engine: AlertEngine

    init() throws {
        let book = FindingsBook()
        engine = try AlertEngine(
            AlertRules(), sources: AlertSources(book: book, wallClock: { Self.now }), database: nil, sink: { _ in })
        try engine.start()
        for number in 1...3 {
            book.publish(
                Finding(
                    traceID: TraceID(high: 1, low: UInt64(number)), verdict: .masked, edgeService: "shop",
                    edgeRoute: "GET /\(number)", edgeAnsweredOK: true, kind: .caught, maskService: "shop",
                    originService: "stock", originClass: "db", decidedNanoseconds: Self.now))
        }
        let telling = Telling(
            exporter: "chat", kind: .firing, state: .delivered, atNanoseconds: Self.now, answer: "200", attempts: 2)
        var router = Router()
        AlertsDesk(engine: engine, told: { _ in [telling] }).addRoutes(to: &router)
        self.router = router
        for _ in 0..<5000 where engine.records.count < 3 { usleep(1000) }
        try #require(engine.records.count == 3)
    }

    private func ask(_ method: String, _ path: String, _ query: [(String, String)] = [], _ body: String = "")
        -> HTTPResponse
    {
        router.respond(
            to: HTTPRequest(
                method: method, rawPath: path, path: path.split(separator: "/").map(String.init),
                query: query.map { .init(name: $0.0, value: $0.1) }, body: Array(body.utf8)))
    }

    private func document(_ response: HTTPResponse) throws -> JSONValue { try JSONParser.parse(response.body) }

    @Test func whatFiresIsListedWithWhoWasTold() throws {
        defer { engine.stop() }
        let items = try #require(try document(ask("GET", "/api/v1/alerts"))["items"]?.array)
        #expect(items.count == 3)
        let item = items[0]
        #expect(item["rule"]?.string == "new_pattern" && item["severity"]?.string == "page")
        #expect(item["state"]?.string == "firing" && item["resolvedAt"]?.isNull == true)
        #expect(item["labels"]?["edge_service"]?.string == "shop" && item["labels"]?["origin_class"]?.string == "db")
        #expect(item["startedAt"]?.string == "2026-01-02T03:04:00.000000000Z")
        #expect(item["figures"]?["traces"]?.int64 == 1 && item["traces"]?.array?.count == 1)
        #expect(item["told"]?.array?.first?["answer"]?.string == "200")
        #expect(item["silencedBy"]?.isNull == true && item["resolvedReason"]?.isNull == true)
    }

    @Test func pagesFollowEachOther() throws {
        defer { engine.stop() }
        var found: [String] = []
        var cursor: String?
        repeat {
            let query = [("limit", "1")] + (cursor.map { [("cursor", $0)] } ?? [])
            let page = try document(ask("GET", "/api/v1/alerts", query))
            found += (page["items"]?.array ?? []).compactMap { $0["id"]?.string }
            cursor = page["nextCursor"]?.string
        } while cursor != nil && found.count < 10
        #expect(found.count == 3 && Set(found).count == 3)
        let one = try document(ask("GET", "/api/v1/alerts/\(found[0])"))
        #expect(one["id"]?.string == found[0])
        #expect(ask("GET", "/api/v1/alerts/nothing").status == 404)
    }

    @Test(arguments: [
        ("state", "burning"), ("severity", "loud"), ("limit", "0"), ("cursor", "x"), ("colour", "red"),
        ("rule", ""), ("fingerprint", "zz"),
    ])
    func aMistakeInTheQueryIsNamed(name: String, value: String) throws {
        defer { engine.stop() }
        let response = ask("GET", "/api/v1/alerts", [(name, value)])
        #expect(response.status == 400)
        #expect(try document(response)["detail"]?.string?.contains(name) == true)
    }

    @Test func aSilenceIsTakenListedAndEnded() throws {
        defer { engine.stop() }
        let body = #"{"match":{"edge_service":"sh*"},"duration":3600000000000,"by":"ops","why":"test"}"#
        let response = ask("POST", "/api/v1/silences", [], body)
        #expect(response.status == 201)
        let silence = try document(response)
        #expect(silence["to"]?.string == "2026-01-02T04:04:00.000000000Z" && silence["active"]?.bool == true)
        let id = try #require(silence["id"]?.string)
        #expect(try document(ask("GET", "/api/v1/silences"))["items"]?.array?.first?["why"]?.string == "test")
        let items = try document(ask("GET", "/api/v1/alerts"))["items"]?.array ?? []
        #expect(items.allSatisfy { $0["silencedBy"]?.string == id } && items.count == 3)
        #expect(ask("DELETE", "/api/v1/silences/\(id)").status == 200)
        #expect(ask("DELETE", "/api/v1/silences/\(id)").status == 404)
        #expect(try document(ask("GET", "/api/v1/silences"))["items"]?.array?.isEmpty == true)
    }

    @Test(arguments: [
        "", "[]", #"{"match":{},"duration":1,"by":"a","why":"b"}"#, #"{"match":{"a":"b"},"by":"a","why":"b"}"#,
        #"{"match":{"a":"b"},"duration":0,"by":"a","why":"b"}"#, #"{"match":{"a":"b"},"duration":1,"why":"b"}"#,
        #"{"match":{"a":"b"},"duration":1,"by":"a"}"#, #"{"match":{"a":1},"duration":1,"by":"a","why":"b"}"#,
        #"{"match":{"a":"b"},"duration":1,"by":"a","why":"b","until":1}"#,
        #"{"match":{"a":"b"},"to":"2020-01-01T00:00:00Z","by":"a","why":"b"}"#,
        #"{"match":{"a":"b"},"to":"2030-01-01T00:00:00Z","duration":"1h","by":"a","why":"b"}"#,
        #"{"match":{"a":"b"},"from":"2553-12-31T00:00:00Z","duration":31622400000000000,"by":"a","why":"b"}"#,
    ])
    func aSilenceThatSaysTooLittleIsRefused(body: String) {
        defer { engine.stop() }
        #expect(ask("POST", "/api/v1/silences", [], body).status == 400)
        #expect(engine.silences.isEmpty)
    }
}

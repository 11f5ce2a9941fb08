import Foundation
import HTTP
import JSON
import Platform
import Testing
import TraceModel
import TraceStore
import Traffic
import Wire

@testable import Collector

/// A whole collector in this process that holds three masked, one failed and four clean traces of a shop; asked through
/// the handlers or through the socket, by what a test chooses.
final class ToolRig {
    enum Way: CaseIterable, Sendable {
        case handler
        case socket
    }

    static let maskedCount: UInt64 = 3
    private var running: CollectorService?
    private let settings: CollectorSettings
    let startNanoseconds: UInt64
    private let folder: URL
    private let link: NativeLink

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("unmask-tools-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var settings = CollectorSettings()
        settings.dataFolder = folder.path + "/data"
        settings.native = SocketAddress("127.0.0.1:0")
        settings.http = SocketAddress("127.0.0.1:0")
        settings.otlpHTTP = nil
        settings.otlpGRPC = nil
        settings.zipkin = nil
        settings.limits = StoreLimits(
            memoryBytes: CollectorSettings.memoryBytesMin, quietNanoseconds: 50_000_000,
            settleNanosecondsMax: 300_000_000)
        self.settings = settings
        let service = try CollectorService(settings)
        running = service
        link = try NativeLink(to: try #require(service.nativeAddress), instance: "test")
        startNanoseconds = Clock.wallNanoseconds
        for number in 1...Self.maskedCount { try send(Self.trace(number, edge: 200, call: 500, at: startNanoseconds)) }
        try send(Self.trace(10, edge: 502, call: 500, at: startNanoseconds))
        for number in 20..<24 { try send(Self.trace(UInt64(number), edge: 200, call: 200, at: startNanoseconds)) }
        try awaitSettled()
    }

    deinit {
        running?.stop()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Ends the collector and starts it again over the same folder: memory is gone, what was kept is not.
    func restart() throws {
        running?.stop()
        // The folder's lock goes with the collector that held it.
        running = nil
        running = try CollectorService(settings)
    }

    private var service: CollectorService {
        guard let running else { preconditionFailure("a restart failed, and its test went on") }
        return running
    }

    static func id(_ number: UInt64) -> String { TraceID(high: 9, low: number).description }

    /// An edge, a call below it and the catalogue that answers the call; one millisecond apart by number.
    static func trace(_ number: UInt64, edge: UInt16, call: UInt16, at start: UInt64) -> [SpanDetail] {
        let id = TraceID(high: 9, low: number)
        let first = start + number * 1_000_000
        func span(_ place: UInt64, _ service: String, _ kind: SpanKind, _ name: String, _ code: UInt16) -> SpanDetail {
            var span = SpanDetail(
                traceID: id, spanID: SpanID(place), parentID: SpanID(place - 1),
                startNanoseconds: first + place * 1_000, durationNanoseconds: (4 - place) * 100_000_000,
                resource: SpanResource(service: service, namespace: "shop", environment: "test", instance: "i1"),
                name: name, kind: kind)
            span.httpCode = code
            span.method = .get
            if kind == .client { span.peer = "catalog" }
            span.attributes = [
                SpanAttribute("app.number", .int(Int64(number))), SpanAttribute("app.word", .string("é \u{0}<b>")),
            ]
            return span
        }
        var server = span(1, "bff", .server, "GET /cart", edge)
        server.route = "/cart"
        server.routeIsTemplate = true
        var failing = span(2, "bff", .client, "GET", call)
        if call >= 500 { failing.status = .error }
        failing.events = [SpanEvent(name: "retry", timeNanoseconds: first + 5_000)]
        failing.links = [SpanLink(traceID: TraceID(high: 3, low: 4), spanID: SpanID(5))]
        return [server, failing, span(3, "catalog", .server, "GET /items", call)]
    }

    private func send(_ spans: [SpanDetail]) throws {
        var encoder = BatchEncoder()
        for span in spans { encoder.append(span) }
        var frame: [UInt8] = []
        FrameWriter.append(.batch, payload: encoder.payload(sequence: sequence), to: &frame)
        sequence += 1
        try link.send(frame) { _ in }
        try link.drain { #expect($0.result == .accepted) }
    }

    private var sequence: UInt64 = 1

    private func awaitSettled() throws {
        for _ in 0..<600 {
            let document = try JSONParser.parse(
                HTTPClient().get("\(url)/api/v1/traces?verdict=clean,masked,failed").body)
            let final = document["items"]?.array?.filter { $0["state"]?.string == "final" }
            if final?.count == 8 { return }
            usleep(20_000)
        }
        throw HTTPError(.invalidRequest, "the traces did not settle")
    }

    private var url: String { "http://\(service.httpAddress?.description ?? "")" }

    struct Answer {
        var status: Int
        var headers: HTTPHeaders
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        func json() throws -> JSONValue { try JSONParser.parse(body) }
    }

    func get(_ way: Way, _ path: String, _ query: [(String, String)] = [], accept: String = "*/*") throws -> Answer {
        switch way {
        case .socket:
            let words = query.map { "\(PercentCoding.encode($0))=\(PercentCoding.encode($1))" }.joined(separator: "&")
            let answer = try HTTPClient().get(
                url + path + (words.isEmpty ? "" : "?" + words), headers: ["Accept": accept])
            return Answer(status: answer.status, headers: answer.headers, body: answer.body)
        case .handler:
            var router = Router()
            service.parts.addCompatibility(to: &router)
            let request = HTTPRequest(
                method: "GET", rawPath: path, path: PercentCoding.segments(Array(path.utf8)) ?? [],
                query: query.map { HTTPRequest.QueryItem(name: $0, value: $1) }, headers: ["Accept": accept])
            let response = router.respond(to: request)
            return Answer(status: response.status, headers: response.headers, body: response.body)
        }
    }
}

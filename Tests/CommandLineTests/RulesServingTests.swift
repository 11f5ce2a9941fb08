import Collector
import Configuration
import Foundation
import HTTP
import JSON
import Platform
import Testing
import TraceModel
import TraceStore
import Traffic
import Wire

@testable import unmask

/// A whole collector in this process, and a shop that sends it traces.
final class ServingShop {
    let service: CollectorService
    let folder: Folder
    private let link: NativeLink
    private var sequence: UInt64 = 0

    init(_ rules: Rules = Rules()) throws {
        folder = try Folder()
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
        settings.rules = rules
        service = try CollectorService(settings)
        link = try NativeLink(to: try #require(service.nativeAddress), instance: "test")
    }

    deinit { service.stop() }

    var url: String { "http://\(service.httpAddress?.description ?? "")" }

    /// A page that answers 200 although the catalogue says `code`; its path has no template.
    func visit(_ low: UInt64, code: UInt16 = 500, milliseconds: UInt64 = 20) throws {
        let id = TraceID(high: 7, low: low)
        let now = Clock.wallNanoseconds
        func span(
            _ number: UInt64, _ parent: UInt64, _ service: String, _ kind: SpanKind, _ path: String, _ code: UInt16
        )
            -> SpanDetail
        {
            var span = SpanDetail(
                traceID: id, spanID: SpanID(number), parentID: SpanID(parent), startNanoseconds: now + number,
                durationNanoseconds: number == 1 ? milliseconds * 1_000_000 : 1_000_000,
                resource: SpanResource(service: service), name: "GET", kind: kind)
            span.method = .get
            span.route = path
            span.httpCode = code
            span.peer = kind == .client ? "catalog" : ""
            return span
        }
        var encoder = BatchEncoder()
        encoder.append(span(1, 0, "shop", .server, "/pages/summer/\(low)", 200))
        encoder.append(span(2, 1, "shop", .client, "/items", code))
        encoder.append(span(3, 2, "catalog", .server, "/items", code))
        sequence += 1
        var frame: [UInt8] = []
        FrameWriter.append(.batch, payload: encoder.payload(sequence: sequence), to: &frame)
        try link.send(frame) { _ in }
        try link.drain { #expect($0.result == .accepted) }
    }

    /// The final verdict's row in the list.
    func verdict(of low: UInt64) throws -> JSONValue {
        let id = TraceID(high: 7, low: low).description
        let http = HTTPClient()
        for _ in 0..<600 {
            let query = "verdict=masked,expected,degraded,clean,failed,suspect&limit=1000"
            let document = try JSONParser.parse(try http.get("\(url)/api/v1/traces?\(query)").body)
            let row = document["items"]?.array?.first {
                $0["traceId"]?.string == id && $0["state"]?.string == "final"
            }
            if let row { return row }
            usleep(20_000)
        }
        Issue.record("no final verdict of \(id) came")
        return .null
    }
}

@Suite(.serialized) struct RulesServingTests {
    private func rules(_ text: String) throws -> Rules { try RulesReader.rules(Array(text.utf8)) }

    @Test func rulesAreInForceFromTheStart() throws {
        let shop = try ServingShop(
            try rules("expected_failures: [{service: catalog, code: 500}]\nroute_templates: ['/pages/{season}/{page}']")
        )
        try shop.visit(1)
        try shop.visit(2, code: 503)
        #expect(try shop.verdict(of: 1)["verdict"]?.string == "expected")
        let masked = try shop.verdict(of: 2)
        #expect(masked["verdict"]?.string == "masked")
        #expect(masked["edge"]?["route"]?.string == "GET /pages/{season}/{page}")
    }

    @Test func aReloadTakesEffectAndAWrongOneChangesNothing() throws {
        let shop = try ServingShop()
        try shop.visit(1)
        let first = try shop.verdict(of: 1)
        #expect(first["verdict"]?.string == "masked")
        #expect(first["edge"]?["route"]?.string == "GET /pages/summer/{}")

        let path = try shop.folder.write(
            "c.yaml", "dependencies: {best_effort: [catalog]}\nroute_templates: ['/pages/{}/{}']")
        let said = Said()
        ServeCommand.reload(shop.service, path, said.console)
        #expect(said.error == "unmask: SIGHUP: the rules of \(path) are in force\n")
        try shop.visit(2)
        let second = try shop.verdict(of: 2)
        #expect(second["verdict"]?.string == "degraded")
        #expect(second["edge"]?["route"]?.string == "GET /pages/{}/{}")

        try shop.folder.write("c.yaml", "dependencies: {best: []}\nmust_exits: []")
        ServeCommand.reload(shop.service, path, said.console)
        #expect(
            said.error == """
                \(path):1:16: dependencies knows no 'best'; there are required, best_effort
                \(path):2:1: a configuration knows no 'must_exits'; did you mean must_exist?
                unmask: SIGHUP: 2 mistakes in \(path); the rules stay as they were

                """)
        try shop.visit(3)
        #expect(try shop.verdict(of: 3)["verdict"]?.string == "degraded")
        try FileManager.default.removeItem(atPath: path)
        ServeCommand.reload(shop.service, path, said.console)
        #expect(said.error.hasSuffix("the rules stay as they were\n"))
        #expect(try shop.verdict(of: 1)["verdict"]?.string == "masked")
    }

    @Test func anObjectiveReachesCleanTraces() throws {
        let shop = try ServingShop(
            try rules("route_templates: ['/pages/{}/{}']\nobjectives: [{route: 'GET /pages/{}/{}', within: 1s}]"))
        try shop.visit(1, code: 200)
        try shop.visit(2, code: 200, milliseconds: 1500)
        let slow = try shop.verdict(of: 2)
        #expect(slow["verdict"]?.string == "degraded")
        #expect(slow["kind"]?.string == "slow")
        #expect(try shop.verdict(of: 1)["verdict"]?.string == "clean")
    }

    @Test func rulesAreTriedOnWhatIsInMemory() throws {
        let shop = try ServingShop()
        for low in 1...5 { try shop.visit(UInt64(low)) }
        for low in 6...7 { try shop.visit(UInt64(low), code: 200) }
        for low in 1...7 { _ = try shop.verdict(of: UInt64(low)) }
        let path = try shop.folder.write("c.yaml", "expected_failures: [{service: catalog}]")
        let shell = Shell(["UNMASK_SERVER": shop.url])
        #expect(shell.run("rules", "try", path) == .success)
        #expect(shell.out.hasSuffix("7 traces judged, 5 would change\n"))
        #expect(shell.out.contains("masked (caught)  expected  5 "))
        // Nothing has changed by trying.
        try shop.visit(8)
        #expect(try shop.verdict(of: 8)["verdict"]?.string == "masked")

        let templates = try shop.folder.write(
            "t.yaml", "route_templates: ['/pages/{a}/{b}']\nobjectives: [{route: '/pages/{a}/{b}', within: 1ms}]")
        #expect(shell.run("rules", "try", templates, "--json") == .success)
        let document = try JSONParser.parse(Array(shell.out.utf8))
        #expect(document["changed"]?.int64 == 8)
    }

    @Test func wrongRulesAreAProblemWithEveryMistake() throws {
        let shop = try ServingShop()
        let answer = try HTTPClient().post("\(shop.url)/api/v1/rules/try", body: Array("x: 1\ny: 2".utf8))
        #expect(answer.status == 422)
        #expect(answer.headers["Content-Type"] == "application/problem+json")
        let document = try JSONParser.parse(answer.body)
        #expect(document["mistakes"]?.array?.map { $0["line"]?.int64 } == [1, 2])
        #expect(document["detail"]?.string?.hasPrefix("rules:1:1: a configuration knows no 'x'") == true)
    }
}

/// What was told on standard error since it was last asked for.
private final class Said {
    private var text = ""

    var error: String {
        defer { text = "" }
        return text
    }

    var console: Console {
        Console(
            environment: { _ in nil }, isTerminal: false, terminalColumns: nil, writeOut: { _ in },
            writeError: { self.text += String(decoding: $0, as: UTF8.self) })
    }
}

import Foundation
import HTTP
import JSON
import Testing

/// A log file that a gateway writes, followed by the real program through whatever happens to it.
@Suite struct GatewayFileTests {
    private static let service = "edge"
    private let gateway: GatewayCollector

    init() throws {
        gateway = try GatewayCollector(
            """
            gateways:
              - service: edge
                format: nginx
                files: [LOG]
            """)
    }

    private func write(_ path: String? = nil) throws -> String {
        let id = GatewaySyslogTests.id()
        try gateway.append(GatewaySyslogTests.line(id) + "\n", to: path)
        return id
    }

    private func isSeen(_ id: String) throws -> Bool { try gateway.verdict(id) == "masked" }

    @Test func aFileThatComesLaterIsReadFromItsBeginning() throws {
        usleep(300_000)
        #expect(try isSeen(try write()))
        #expect(try gateway.refused(Self.service, "unreadable_file") == 0)
    }

    @Test func whatWasThereBeforeIsLeftAlone() throws {
        let folder = TemporaryFolder()
        let old = GatewaySyslogTests.id()
        try Data((GatewaySyslogTests.line(old) + "\n").utf8).write(to: URL(fileURLWithPath: folder.file("access.log")))
        let other = try GatewayCollector(
            "gateways: [{service: edge, format: nginx, files: [LOG]}]", folder: folder)
        usleep(300_000)
        let new = GatewaySyslogTests.id()
        try other.append(GatewaySyslogTests.line(new) + "\n")
        #expect(try other.verdict(new) == "masked")
        #expect(try other.collector.trace(old) == nil)
    }

    @Test func rotationByRenamingLosesNothing() throws {
        var ids = [try write()]
        try gateway.awaitLines(Self.service, 1)
        let rotated = gateway.log + ".1"
        try FileManager.default.moveItem(atPath: gateway.log, toPath: rotated)
        // Until somebody tells it otherwise a gateway writes on into the file that it has open.
        ids.append(try write(rotated))
        ids.append(try write())
        usleep(300_000)
        ids.append(try write(rotated))
        ids.append(try write())
        for id in ids { #expect(try isSeen(id)) }
        #expect(try gateway.collector.metric("unmask_gateway_lines_total{gateway=\"edge\"}") == 5)
    }

    @Test func rotationByCopyingAndCutting() throws {
        let first = try write()
        try gateway.awaitLines(Self.service, 1)
        truncate(gateway.log, 0)
        try gateway.awaitRefused(Self.service, "truncated_file") { $0 == 1 }
        let second = try write()
        #expect(try isSeen(first) && isSeen(second))
    }

    @Test func aFileThatGoesAndComesBack() throws {
        let first = try write()
        try gateway.awaitLines(Self.service, 1)
        try FileManager.default.removeItem(atPath: gateway.log)
        usleep(300_000)
        let second = try write()
        #expect(try isSeen(first) && isSeen(second))
    }

    @Test func whatIsNoFileIsCountedAndTriedAgain() throws {
        try FileManager.default.createDirectory(atPath: gateway.log, withIntermediateDirectories: false)
        try gateway.awaitRefused(Self.service, "unreadable_file") { $0 >= 1 }
        try FileManager.default.removeItem(atPath: gateway.log)
        #expect(try isSeen(try write()))
    }

    @Test func aPipeInPlaceOfAFileBlocksNobody() throws {
        mkfifo(gateway.log, 0o600)
        try gateway.awaitRefused(Self.service, "unreadable_file") { $0 >= 1 }
        #expect(try gateway.collector.get("/readyz").status == 200)
        #expect(try gateway.collector.stop() == 0)
    }

    @Test func aLineInTwoPiecesAndAnEndlessOne() throws {
        let id = GatewaySyslogTests.id()
        let line = GatewaySyslogTests.line(id)
        try gateway.append(String(line.prefix(40)))
        usleep(300_000)
        try gateway.append(line.dropFirst(40) + "\n")
        #expect(try isSeen(id))
        for _ in 0..<5 { try gateway.append(String(repeating: "y", count: 50_000)) }
        try gateway.append("\n\u{0}\u{1}\n")
        #expect(try isSeen(try write()))
        #expect(try gateway.refused(Self.service, "too_long") == 1)
        #expect(try gateway.refused(Self.service, "malformed") == 1)
        #expect(try gateway.collector.stop() == 0)
    }
}

import Foundation
import JSON
import Testing
import TraceModel

@testable import Query
@testable import Wire

/// `proto/PROTOCOL.md` says what the collector does: its bytes, its codes, its bits and its names.
@Suite struct ProtocolDocumentTests {
    static let document: String = {
        let path = "\(RepositoryFolder.path)/proto/PROTOCOL.md"
        return String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }()

    /// Each block of hex in the order of the text, without commentary.
    private static func conversation() throws -> [[UInt8]] {
        let blocks = document.components(separatedBy: "```hex\n").dropFirst().map { block in
            block.components(separatedBy: "```")[0].split(separator: "\n").flatMap { line in
                line.split(separator: ";", omittingEmptySubsequences: false)[0].split(separator: " ")
            }
        }
        return try blocks.map { try $0.map { try #require(UInt8($0, radix: 16), "\($0) is no byte") } }
    }

    private static func spans() -> [SpanDetail] {
        let trace = TraceID(high: 0x4BF9_2F35_77B3_4DA6, low: 0xA3CE_929D_0E0E_4736)
        let shop = SpanResource(service: "shop", instance: "shop-1")
        var server = SpanDetail(
            traceID: trace, spanID: SpanID(0x00F0_67AA_0BA9_02B7), startNanoseconds: 1_704_164_645_000_000_000,
            durationNanoseconds: 12_000_000, resource: shop, name: "GET /cart", kind: .server)
        server.httpCode = 200
        server.method = .get
        server.route = "/cart"
        server.routeIsTemplate = true
        server.attributes = [SpanAttribute("cart.size", .int(3))]
        var client = SpanDetail(
            traceID: trace, spanID: SpanID(0x5399_5C3F_42CD_8AD8), parentID: server.spanID,
            startNanoseconds: server.startNanoseconds + 1_000_000, durationNanoseconds: 10_000_000, resource: shop,
            name: "GET", kind: .client)
        client.status = .error
        client.httpCode = 503
        client.method = .get
        client.peer = "stock"
        client.errorType = "503"
        return [server, client]
    }

    @Test func theEncoderWritesTheExample() throws {
        let blocks = try Self.conversation()
        try #require(blocks.count == 7)
        #expect(blocks[0] == BrokenFrame.frame(.hello, Hello(clientName: "example/1", instance: "4f1c9a").payload))
        #expect(blocks[2] == SpanSamples.frame(Self.spans(), sequence: 1))
    }

    @Test func theCompressedExampleHoldsThePlainOne() throws {
        let blocks = try Self.conversation()
        let (plain, compressed) = (blocks[2], blocks[5])
        let decoder = MessageDecoder()
        try compressed.withUnsafeBytes { bytes in
            let frame = try #require(try FrameParser.first(in: bytes, limits: FrameLimits()))
            #expect(frame.kind == .batch && frame.flags == .lz4 && frame.bytes == compressed.count)
            #expect(try Array(decoder.payload(of: frame, limits: FrameLimits())) == Array(plain[6...]))
        }
    }

    @Test func theCollectorAnswersTheExample() throws {
        let collector = try CollectorProcess()
        let blocks = try Self.conversation()
        let first = try NativeProbe(collector)
        first.send(blocks[0] + blocks[2])
        #expect(try first.bytes(blocks[1].count + blocks[3].count) == blocks[1] + blocks[3])
        let second = try NativeProbe(collector)
        second.send(blocks[0] + blocks[5])
        #expect(try second.bytes(blocks[4].count + blocks[6].count) == blocks[4] + blocks[6])
        let spans = try collector.spans(of: "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(Set(spans.map { $0["name"]?.string }) == ["GET /cart", "GET"])
        #expect(try collector.metric("unmask_spans_stored_total") == 2)
    }

    @Test func theCompressedExampleIsTakenByItself() throws {
        let collector = try CollectorProcess()
        let blocks = try Self.conversation()
        let probe = try NativeProbe(collector)
        probe.send(blocks[0] + blocks[5])
        #expect(try probe.bytes(blocks[1].count + blocks[3].count) == blocks[1] + blocks[3])
        #expect(try collector.spans(of: "4bf92f3577b34da6a3ce929d0e0e4736").count == 2)
    }

    @Test func everyDropReasonIsThere() {
        for reason in DropReason.allCases { #expect(Self.document.contains("| `\(reason.name)` |")) }
    }

    @Test func everyMarkHasItsBit() {
        for (mark, name, _) in EvidenceWords.all {
            #expect(Self.document.contains("| \(mark.rawValue.trailingZeroBitCount) | `\(name)` |"))
        }
        #expect(Evidence.hasExtra.rawValue == 1 << 31)
    }

    @Test func everyProxyFlagHasItsBit() {
        for (bit, letters) in ProxyFlags.letters.enumerated() {
            #expect(Self.document.contains("| \(bit) | `\(letters)` |"))
        }
        #expect(ProxyFlags.viaUpstream.rawValue == 1 << 20)
        #expect(ProxyFlags.pastFreshness.rawValue == 1 << 21)
    }

    @Test func theLimitsAreTheDefaults() {
        let limits = FrameLimits()
        #expect(limits.frameBytesMax == 4 << 20 && limits.payloadBytesMax == 16 << 20 && limits.batchSpansMax == 8192)
        #expect(Self.document.contains("`frame_bytes_max` 4 MiB, `payload_bytes_max` 16 MiB, `batch_spans_max` 8192"))
        #expect(Self.document.contains("more than \(MessageNesting.levelsMax) deep"))
        #expect(Self.document.contains("no more than \(LZ4Block.expansionMax) times"))
    }

    @Test func everyColumnOfTheSchemaIsThere() {
        let path = "\(RepositoryFolder.path)/proto/unmask/v1/native.proto"
        let schema = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        let batch = schema.components(separatedBy: "message SpanBatch {")[1].components(separatedBy: "\n}")[0]
        let columns = batch.matches(of: /(\w+) = (\d+);/)
        #expect(columns.count == 32)
        for column in columns { #expect(Self.document.contains("| \(column.2) `\(column.1)` |")) }
    }
}

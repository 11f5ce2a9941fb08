import Foundation
import Ingest
import JSON
import Symbols
import Testing
import TraceModel
import UnmaskTestSupport

/// The hot decoder means what protobuf-c and the semantics mean, on every body that there is and on broken ones.
@Suite struct DifferentialTests {
    private static let seed = UInt64.random(in: 1 ... .max)

    /// Bodies of the recorded requests here, and of a larger collection where somebody says where it lies.
    static func bodies() throws -> [[UInt8]] {
        var folders = [URL(filePath: Corpus.path("lab/exports")), URL(filePath: Corpus.path("envoy-otlp-grpc"))]
        if let more = ProcessInfo.processInfo.environment["UNMASK_CORPUS"] {
            let files = FileManager.default.enumerator(at: URL(filePath: more), includingPropertiesForKeys: nil)
            folders = Array(Set((files?.allObjects as? [URL] ?? []).map { $0.deletingLastPathComponent() }))
        } else {
            print("note: UNMASK_CORPUS names no folder with more recorded requests; only those of the tests are read")
        }
        return try folders.sorted { $0.path < $1.path }.flatMap { folder in
            try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .sorted { $0.path < $1.path }.compactMap(body)
        }
    }

    /// The OTLP body of a recorded request; nil for other files.
    private static func body(_ file: URL) throws -> [UInt8]? {
        guard file.pathExtension == "bin", let data = try? Data(contentsOf: file) else { return nil }
        let bytes = [UInt8](data)
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
            let header = try? JSONParser.parse(Array(bytes[..<end])), let kind = header["kind"]?.string,
            kind == "otlp-http-protobuf" || kind == "otlp-grpc",
            header["path"]?.string?.lowercased().contains("logs") != true
        else { return nil }
        let body = Array(bytes[(end + 1)...])
        return Gzip.isGzip(body) ? try Gzip.inflate(body, bytesMax: 16 << 20) : body
    }

    private func expectSame(_ decoder: HotDecoder, _ body: [UInt8], _ note: String) throws {
        let plain: HotDecoder.Outcome
        do throws(IngestError) {
            plain = try decoder.plain(body)
        } catch {
            guard error.code == .corrupt else { return }
            let isRefused = (try? decoder.hot(body)) == nil
            #expect(isRefused, "\(note)")
            return
        }
        let hot = try decoder.hot(body)
        #expect(hot.refused == plain.refused, "\(note)")
        // Where there are none to compare a row is one that the store drops.
        let rows = hot.rows.filter { !$0.traceID.isZero && !$0.facts.spanID.isNone }
        #expect(rows.count == plain.rows.count, "\(note)")
        for (left, right) in zip(rows, plain.rows) where left != right {
            Issue.record("\(note): \(describe(left, decoder)) is not \(describe(right, decoder))")
            return
        }
    }

    private func describe(_ row: HotDecoder.Row, _ decoder: HotDecoder) -> String {
        let hop = row.facts.hop
        let words = [hop.service, hop.name, hop.route, hop.peer].map { decoder.symbols.string($0) }
        return "\(words) \(row.facts)"
    }

    @Test func everyRecordedBodyMeansTheSame() throws {
        let decoder = HotDecoder()
        let bodies = try Self.bodies()
        #expect(bodies.count > 50)
        // Twice: the second time everything comes from the cache.
        for round in 1...2 {
            for (number, body) in bodies.enumerated() {
                #expect(throws: Never.self, "body \(number)") { try decoder.plain(body) }
                try expectSame(decoder, body, "body \(number), round \(round)")
            }
        }
    }

    @Test func brokenBodiesMeanTheSameOrAreRefusedByBoth() throws {
        var random = SplitMix(seed: Self.seed)
        let decoder = HotDecoder()
        for (number, body) in try Self.bodies().enumerated() where body.count < 20_000 {
            for _ in 0..<20 {
                var broken = body
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    broken[Int.random(in: 0..<broken.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                if Int.random(in: 0..<8, using: &random) == 0 {
                    broken.removeLast(Int.random(in: 1...broken.count, using: &random))
                }
                try expectSame(decoder, broken, "body \(number), seed \(Self.seed)")
            }
        }
    }

    @Test func aLargeBodyIsCutIntoPiecesThatSayTheSame() throws {
        let whole = HotDecoder()
        let cut = HotDecoder(batchSpansMax: 3)
        for body in try Self.bodies().prefix(40) {
            let outcome = try cut.hot(body)
            let spans = try outcome.batches.flatMap { batch in
                try OTLPPayload().spans(in: batch.payload, rows: batch.rows.map { Int($0) }).spans
            }
            #expect(spans.map(\.spanID) == outcome.rows.map(\.facts.spanID))
            #expect(outcome.rows.map(\.facts.evidence) == (try whole.hot(body)).rows.map(\.facts.evidence))
        }
    }
}

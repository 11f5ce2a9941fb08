import Foundation
import Ingest
import Testing
import TraceModel

/// Bodies that somebody broke: every one of them is read or refused, and nothing else happens.
@Suite struct HostileBodyTests {
    private static let seed = UInt64.random(in: 1 ... .max)

    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return mixed ^ mixed >> 31
        }
    }

    private func bodies() throws -> [[UInt8]] {
        let folder = URL(filePath: Corpus.path("lab/exports"))
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.sorted { $0.path < $1.path }.prefix(40).map { [UInt8](try Data(contentsOf: $0)) }
            .filter { $0.count < 8000 }
    }

    @Test func brokenBytesAreReadOrRefused() throws {
        var random = Random(state: Self.seed)
        var refused = 0
        for body in try bodies() {
            let header = (body.firstIndex(of: UInt8(ascii: "\n")) ?? 0) + 1
            for _ in 0..<40 {
                var broken = Array(body[header...])
                for _ in 0..<Int.random(in: 1...6, using: &random) where !broken.isEmpty {
                    broken[Int.random(in: 0..<broken.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                if Bool.random(using: &random) { broken.removeLast(Int.random(in: 0..<broken.count, using: &random)) }
                do throws(IngestError) {
                    for var span in try TraceBytes().decode(broken).spans { SpanSemantics().read(&span) }
                } catch {
                    refused += 1
                    #expect(!error.message.isEmpty, "seed \(Self.seed)")
                }
            }
        }
        #expect(refused > 0, "seed \(Self.seed)")
    }
}

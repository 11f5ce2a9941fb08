import Foundation
import Ingest
import Testing

@Suite struct GzipTests {
    /// "unmask unmask unmask", packed.
    private static let packed: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x2B, 0xCD, 0xCB, 0x4D, 0x2C, 0xCE, 0x56, 0x28,
        0x45, 0xA6, 0x00, 0x3B, 0x6C, 0x46, 0x38, 0x14, 0x00, 0x00, 0x00,
    ]

    @Test func whatWasPackedComesOut() throws {
        #expect(try Gzip.inflate(Self.packed, bytesMax: 100) == Array("unmask unmask unmask".utf8))
    }

    @Test func membersFollowEachOther() throws {
        #expect(try Gzip.inflate(Self.packed + Self.packed, bytesMax: 100).count == 40)
    }

    @Test func moreThanTheBoundIsRefused() {
        let error = #expect(throws: IngestError.self) { try Gzip.inflate(Self.packed, bytesMax: 10) }
        #expect(error?.code == .tooLarge)
    }

    @Test func whatBreaksOffIsCorrupt() {
        for length in 2..<Self.packed.count {
            let error = #expect(throws: IngestError.self) {
                try Gzip.inflate(Array(Self.packed[..<length]), bytesMax: 100)
            }
            #expect(error?.code == .corrupt, "\(length) bytes")
        }
    }

    @Test func aSpanInGzipIsRecognised() throws {
        #expect(try TraceBytes().decode(Self.zipkin).spans.count == 1)
    }

    /// `[{"traceId":"1","id":"2"}]`, packed.
    private static let zipkin: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x8B, 0xAE, 0x56, 0x2A, 0x29, 0x4A, 0x4C, 0x4E,
        0xF5, 0x4C, 0x51, 0xB2, 0x52, 0x32, 0x54, 0xD2, 0x51, 0xCA, 0x04, 0x31, 0x8C, 0x94, 0x6A, 0x63, 0x01, 0x81,
        0x1E, 0xBC, 0x51, 0x1A, 0x00, 0x00, 0x00,
    ]
}

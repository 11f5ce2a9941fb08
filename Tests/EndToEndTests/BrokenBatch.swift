import Testing
import TraceModel

@testable import Wire

/// A batch that is refused while the conversation goes on, and what its Ack says.
struct BrokenBatch: Sendable, CustomTestStringConvertible {
    var situation: String
    var payload: [UInt8]
    var flags: FrameFlags = []
    var code: WireError.Code
    var message: String
    var offset: UInt64 = 0
    var sequence: UInt64 = 7

    var testDescription: String { situation }

    init(
        _ situation: String, _ code: WireError.Code, _ message: String, offset: UInt64 = 0, sequence: UInt64 = 7,
        compressed block: [UInt8]
    ) {
        self.situation = situation
        self.code = code
        self.message = message
        self.offset = offset
        self.sequence = sequence
        payload = block
        flags = .lz4
    }

    /// A batch of two spans in which the named fields are replaced, or added.
    init(
        _ situation: String, _ code: WireError.Code, _ message: String, offset: UInt64 = 0, sequence: UInt64 = 7,
        _ fields: [UInt32: [UInt8]]
    ) {
        self.situation = situation
        self.code = code
        self.message = message
        self.offset = offset
        self.sequence = sequence
        payload = Self.batch(fields)
    }

    init(
        _ situation: String, _ code: WireError.Code, _ message: String, offset: UInt64 = 0, sequence: UInt64 = 7,
        raw payload: [UInt8]
    ) {
        self.init(situation, code, message, offset: offset, sequence: sequence, [:])
        self.payload = payload
    }

    static func batch(_ replaced: [UInt32: [UInt8]], sequence: UInt64 = 7) -> [UInt8] {
        let ids = Array(1...32).map { UInt8($0) }
        let usual: [UInt32: [UInt8]] = [
            2: Array("shopGET".utf8), 3: numbers([4, 3]), 5: ids, 6: Array(ids[..<16]), 8: starts(2),
        ]
        var writer = ProtoWriter()
        writer.fixed64(1, sequence)
        for (field, bytes) in usual.merging(replaced, uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
            writer.present(field, block: bytes)
        }
        return writer.bytes
    }

    static func numbers(_ values: [UInt32]) -> [UInt8] { values.withUnsafeBytes { [UInt8]($0) } }

    static func starts(_ count: Int) -> [UInt8] {
        [UInt64](repeating: SpanSamples.startNanoseconds, count: count).withUnsafeBytes { [UInt8]($0) }
    }

    /// A resource with such an attribute.
    static func nested(levels: Int) -> [UInt8] {
        var resource = ProtoWriter()
        resource.present(5, block: nestedAttribute(levels: levels))
        return resource.bytes
    }

    /// An attribute that holds a list that holds an attribute, and so on: two messages for each level. Only the keys
    /// and lengths before each message are made, from the inside out: whole messages would take a square of time.
    static func nestedAttribute(levels: Int) -> [UInt8] {
        var heads: [[UInt8]] = []
        var length = 0
        for part in 0..<(2 * levels) {
            var head = ProtoWriter()
            head.append(part % 2 == 0 ? 1 << 3 | 2 : 7 << 3 | 2)
            head.append(UInt64(length))
            heads.append(head.bytes)
            length += head.bytes.count
        }
        return heads.reversed().flatMap { $0 }
    }
}

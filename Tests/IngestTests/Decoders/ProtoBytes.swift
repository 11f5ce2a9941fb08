/// Protobuf as bytes, field by field, for bodies that no honest writer makes.
struct ProtoBytes {
    private(set) var bytes: [UInt8] = []

    static func message(_ fill: (inout ProtoBytes) -> Void) -> [UInt8] {
        var message = ProtoBytes()
        fill(&message)
        return message.bytes
    }

    mutating func block(_ field: UInt64, _ block: [UInt8]) {
        varint(field << 3 | 2)
        varint(UInt64(block.count))
        bytes += block
    }

    mutating func text(_ field: UInt64, _ text: String) { block(field, Array(text.utf8)) }

    mutating func message(_ field: UInt64, _ fill: (inout ProtoBytes) -> Void) { block(field, Self.message(fill)) }

    mutating func number(_ field: UInt64, _ value: UInt64) {
        varint(field << 3)
        varint(value)
    }

    mutating func fixed64(_ field: UInt64, _ value: UInt64) {
        varint(field << 3 | 1)
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }

    mutating func fixed32(_ field: UInt64, _ value: UInt32) {
        varint(field << 3 | 5)
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// OTLP's export requests in protobuf.
enum OTLPBytes {
    static let traceID = [UInt8](repeating: 0xAB, count: 16)
    static let spanID: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 7]

    static func export(_ span: (inout ProtoBytes) -> Void) -> [UInt8] {
        ProtoBytes.message { body in
            body.message(1) { group in
                group.message(1) { $0.block(1, attribute("service.name", "shop")) }
                group.message(2) { scope in
                    scope.message(1) { $0.text(1, "lib") }
                    scope.message(2, span)
                }
            }
        }
    }

    static func span(_ extra: @escaping (inout ProtoBytes) -> Void = { _ in }) -> (inout ProtoBytes) -> Void {
        { span in
            span.block(1, traceID)
            span.block(2, spanID)
            span.text(5, "GET /a")
            span.number(6, 2)
            span.fixed64(7, 1_700_000_000_000_000_000)
            span.fixed64(8, 1_700_000_000_000_000_500)
            extra(&span)
        }
    }

    static func attribute(_ key: String, _ text: String) -> [UInt8] {
        attribute(key) { $0.text(1, text) }
    }

    static func attribute(_ key: String, _ value: (inout ProtoBytes) -> Void) -> [UInt8] {
        ProtoBytes.message { entry in
            entry.text(1, key)
            entry.message(2, value)
        }
    }
}

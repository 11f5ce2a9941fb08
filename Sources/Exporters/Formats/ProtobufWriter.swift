/// Appends protobuf's wire format, field by field; fields with their default are left out, as proto3 has it.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    mutating func varint(_ field: Int, _ value: UInt64) {
        guard value != 0 else { return }
        tag(field, 0)
        append(value)
    }

    mutating func bool(_ field: Int, _ value: Bool) { varint(field, value ? 1 : 0) }

    mutating func fixed64(_ field: Int, _ value: UInt64) {
        guard value != 0 else { return }
        tag(field, 1)
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// For members of a `oneof`, where the default says something too.
    mutating func chosenFixed64(_ field: Int, _ value: UInt64) {
        tag(field, 1)
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func string(_ field: Int, _ text: String) {
        if !text.isEmpty { data(field, Array(text.utf8)) }
    }

    mutating func data(_ field: Int, _ value: [UInt8]) {
        tag(field, 2)
        append(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func message(_ field: Int, _ fill: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        fill(&inner)
        data(field, inner.bytes)
    }

    private mutating func tag(_ field: Int, _ type: Int) { append(UInt64(field << 3 | type)) }

    private mutating func append(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: value))
    }
}

/// Reads the few fields of an answer; nil for what is no protobuf.
struct ProtobufReader {
    enum Value {
        case number(UInt64)
        case data(ArraySlice<UInt8>)
    }

    static func fields(_ bytes: ArraySlice<UInt8>) -> [(field: Int, value: Value)]? {
        var fields: [(Int, Value)] = []
        var rest = bytes
        while !rest.isEmpty {
            guard let tag = varint(&rest) else { return nil }
            switch tag & 7 {
            case 0:
                guard let number = varint(&rest) else { return nil }
                fields.append((Int(tag >> 3), .number(number)))
            case 1, 5:
                let width = tag & 7 == 1 ? 8 : 4
                guard rest.count >= width else { return nil }
                rest = rest.dropFirst(width)
            case 2:
                guard let count = varint(&rest), count <= UInt64(rest.count) else { return nil }
                fields.append((Int(tag >> 3), .data(rest.prefix(Int(count)))))
                rest = rest.dropFirst(Int(count))
            default: return nil
            }
        }
        return fields
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}

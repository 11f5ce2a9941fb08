/// `google.rpc.Status` with one `google.rpc.RetryInfo` in it, as protobuf.
enum RetryDetails {
    private static let typeURL = "type.googleapis.com/google.rpc.RetryInfo"

    static func bytes(code: GRPCStatus.Code, message: String, milliseconds: UInt32) -> [UInt8] {
        var duration: [UInt8] = []
        append(1, varint: UInt64(milliseconds / 1000), to: &duration)
        append(2, varint: UInt64(milliseconds % 1000) * 1_000_000, to: &duration)
        var retry: [UInt8] = []
        append(1, block: duration, to: &retry)
        var any: [UInt8] = []
        append(1, block: Array(typeURL.utf8), to: &any)
        append(2, block: retry, to: &any)
        var status: [UInt8] = []
        append(1, varint: UInt64(code.rawValue), to: &status)
        append(2, block: Array(message.utf8), to: &status)
        append(3, block: any, to: &status)
        return status
    }

    private static func append(_ field: UInt8, varint value: UInt64, to bytes: inout [UInt8]) {
        guard value != 0 else { return }
        bytes.append(field << 3)
        append(value, to: &bytes)
    }

    private static func append(_ field: UInt8, block: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(field << 3 | 2)
        append(UInt64(block.count), to: &bytes)
        bytes += block
    }

    private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// Base64 without padding, as gRPC writes binary fields.
enum Base64 {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            let bits = part.enumerated().reduce(UInt32(0)) { $0 | UInt32($1.element) << (16 - 8 * $1.offset) }
            for place in 0...part.count { text.append(letters[Int(bits >> (18 - 6 * place) & 63)]) }
        }
        return text
    }
}

import JSON
import TraceModel

/// How the fields of JSON trace formats are read: tolerant where writers differ, exact in saying what is wrong.
enum JSONFields {
    /// A whole number, or the text of one: JSON's own numbers end at 2^53, so that writers put larger ones in quotes.
    static func unsigned(_ value: JSONValue?) -> UInt64? {
        guard let value else { return nil }
        if let number = value.uint64 { return number }
        if let text = value.string { return UInt64(text) }
        return value.double.flatMap { UInt64(exactly: $0.rounded()) }
    }

    static func signed(_ value: JSONValue?) -> Int64? {
        guard let value else { return nil }
        if let number = value.int64 { return number }
        if let text = value.string { return Int64(text) }
        return value.double.flatMap { Int64(exactly: $0.rounded()) }
    }

    static func traceID(_ value: JSONValue?, _ field: String) throws(IngestError) -> TraceID {
        guard let text = value?.string, !text.isEmpty else { return TraceID(high: 0, low: 0) }
        if let id = TraceID(hex: text) { return id }
        if isZero(text) { return TraceID(high: 0, low: 0) }
        if let bytes = Base64.bytes(text), bytes.count == 16 {
            return TraceID(high: number(bytes[..<8]), low: number(bytes[8...]))
        }
        throw IngestError(.invalidField, "\(field) is no trace id: \"\(text.prefix(60))\"")
    }

    static func spanID(_ value: JSONValue?, _ field: String) throws(IngestError) -> SpanID {
        guard let text = value?.string, !text.isEmpty else { return .none }
        if let id = SpanID(hex: text) { return id }
        if isZero(text) { return .none }
        if let bytes = Base64.bytes(text), bytes.count == 8 { return SpanID(number(bytes[...])) }
        throw IngestError(.invalidField, "\(field) is no span id: \"\(text.prefix(60))\"")
    }

    /// Microseconds as JSON formats have them, in nanoseconds; what lies beyond 64 bits becomes the largest.
    static func nanoseconds(microseconds: UInt64) -> UInt64 {
        let (product, overflow) = microseconds.multipliedReportingOverflow(by: 1000)
        return overflow ? .max : product
    }

    static func text(_ value: JSONValue?) -> String { value?.string ?? "" }

    /// A plain value as an attribute; objects and nulls have no place there.
    static func attribute(_ value: JSONValue) -> AttributeValue? {
        switch value {
        case .null, .object: nil
        case .bool(let flag): .bool(flag)
        case .int(let number): .int(number)
        case .unsigned(let number): .string(String(number))
        case .double(let number): .double(number)
        case .string(let text): .string(text)
        case .array(let values): .list(values.compactMap { attribute($0) })
        }
    }

    private static func isZero(_ text: String) -> Bool { text.utf8.allSatisfy { $0 == UInt8(ascii: "0") } }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}

/// Base64, as protobuf's JSON mapping writes bytes; some writers of OTLP JSON use it for ids.
enum Base64 {
    /// Nil for what is not base64 of at most 64 characters, which is more than an id has.
    static func bytes(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 64 else { return nil }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for character in text.utf8.reversed().drop(while: { $0 == UInt8(ascii: "=") }).reversed() {
            guard let value = value(character) else { return nil }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }

    private static func value(_ character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}

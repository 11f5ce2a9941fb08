import TraceModel
import Wire

/// What a log line's fields say of the trace that its request belongs to. A header's value shows by its shape what it
/// is; what has no such shape is an id, of a trace or of a request.
enum LogContext {
    static func read(_ texts: [String], parent: String?) -> RemoteContext? {
        let headers = texts.lazy.compactMap { header($0) }.first
        guard var context = headers ?? texts.lazy.compactMap({ bare($0) }).first else { return nil }
        if context.spanID.isNone, let parent, let span = SpanID(hex: parent) { context.spanID = span }
        return context
    }

    static func header(_ text: String) -> RemoteContext? {
        if let context = Traceparent.parse(text) ?? B3.parse(single: text) { return context }
        if text.utf8.contains(UInt8(ascii: "=")) { return XRayHeader.parse(text) }
        if let context = JaegerHeader.parse(text) { return context }
        let id = SkyWalkingHeader(parsing: text)?.hexTraceID
        return id.map { RemoteContext(traceID: $0, spanID: .none) }
    }

    private static let idBytesMax = 512

    /// A trace id as it is. Any other id stands for a trace too: the same text is the same trace wherever it is logged.
    private static func bare(_ text: String) -> RemoteContext? {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= idBytesMax else { return nil }
        let isHex = bytes.count == 16 || bytes.count == 32 || bytes.count == 36
        if isHex, let id = TraceID(hex: text) { return RemoteContext(traceID: id, spanID: .none) }
        if bytes.count >= 17, bytes.count <= 20, let low = UInt64(text), low != 0 {
            return RemoteContext(traceID: TraceID(high: 0, low: low), spanID: .none)
        }
        if isHex, bytes.allSatisfy({ $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: "-") }) { return nil }
        return RemoteContext(traceID: StableID.trace(bytes), spanID: .none)
    }
}

/// Ids made of bytes, the same ones in every process and at every time, so that a line that is read twice makes the
/// same spans.
enum StableID {
    static func trace(_ bytes: some Sequence<UInt8>) -> TraceID {
        TraceID(high: number(bytes, salt: 0x7472_6163), low: number(bytes, salt: 0x6C6F_7721))
    }

    static func span(_ bytes: some Sequence<UInt8>, _ position: Int) -> SpanID {
        SpanID(number(bytes, salt: UInt64(truncatingIfNeeded: position) &+ 1))
    }

    /// FNV's walk, and a mixing of the end so that near texts lie far apart. Never zero.
    private static func number(_ bytes: some Sequence<UInt8>, salt: UInt64) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ salt &* 0x9E37_79B9_7F4A_7C15
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
        return max(1, hash ^ hash >> 33)
    }
}

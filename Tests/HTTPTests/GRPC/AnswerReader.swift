import CNghttp2

/// Takes apart what a server of HTTP/2 sends: one reader for each connection, since header blocks build on each other.
final class AnswerReader {
    struct Answer: Equatable {
        var fields: [String: String] = [:]
        /// What came after the body, or the only header.
        var trailers: [String: String] = [:]
        var body: [UInt8] = []
        var isWhole = false
        var reset: UInt32?

        var status: String? { trailers["grpc-status"] }
        var message: [UInt8] { Array(body.dropFirst(5)) }
    }

    private(set) var answers: [UInt32: Answer] = [:]
    private(set) var pongs: [[UInt8]] = []
    private(set) var goAways: [(last: UInt32, code: UInt32)] = []
    private(set) var frames = 0
    private var waiting: [UInt8] = []
    private var inflater: OpaquePointer?

    init() { nghttp2_hd_inflate_new(&inflater) }

    deinit { nghttp2_hd_inflate_del(inflater) }

    func take(_ bytes: [UInt8]) {
        waiting += bytes
        while waiting.count >= 9 {
            let length = Int(waiting[0]) << 16 | Int(waiting[1]) << 8 | Int(waiting[2])
            guard waiting.count >= 9 + length else { return }
            let stream = Self.number(waiting[5..<9]) & 0x7FFF_FFFF
            take(type: waiting[3], flags: waiting[4], stream, Array(waiting[9..<(9 + length)]))
            waiting.removeFirst(9 + length)
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }

    private func take(type: UInt8, flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) {
        frames += 1
        switch type {
        case FrameScript.headers:
            let fields = inflate(payload)
            if answers[stream] == nil { answers[stream] = Answer(fields: fields) }
            answers[stream]?.trailers = fields
        case FrameScript.data: answers[stream]?.body += payload
        case FrameScript.reset: answers[stream, default: Answer()].reset = Self.number(payload[...])
        case FrameScript.ping where flags & 1 == 1: pongs.append(payload)
        case FrameScript.goAway: goAways.append((Self.number(payload[..<4]), Self.number(payload[4..<8])))
        default: break
        }
        let isStream = type == FrameScript.headers || type == FrameScript.data
        if isStream, flags & FrameScript.endStream != 0 { answers[stream]?.isWhole = true }
    }

    private func inflate(_ block: [UInt8]) -> [String: String] {
        var fields: [String: String] = [:]
        var rest = block[...]
        while true {
            var field = nghttp2_nv()
            var flags: Int32 = 0
            let used = rest.withUnsafeBufferPointer {
                nghttp2_hd_inflate_hd2(inflater, &field, &flags, $0.baseAddress, $0.count, 1)
            }
            precondition(used >= 0, "a header block that does not unpack")
            rest = rest.dropFirst(used)
            let seen = UInt32(flags)
            if seen & NGHTTP2_HD_INFLATE_EMIT.rawValue != 0 {
                let name = UnsafeBufferPointer(start: field.name, count: field.namelen)
                let value = UnsafeBufferPointer(start: field.value, count: field.valuelen)
                fields[String(decoding: name, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
            }
            if seen & NGHTTP2_HD_INFLATE_FINAL.rawValue != 0 {
                nghttp2_hd_inflate_end_headers(inflater)
                return fields
            }
        }
    }
}

/// What a client of HTTP/2 sends, frame by frame, right or wrong. Header fields are literals that nobody remembers, so
/// every block stands for itself.
struct FrameScript {
    private(set) var bytes: [UInt8] = []

    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    static let data: UInt8 = 0
    static let headers: UInt8 = 1
    static let reset: UInt8 = 3
    static let settings: UInt8 = 4
    static let ping: UInt8 = 6
    static let goAway: UInt8 = 7
    static let windowUpdate: UInt8 = 8
    static let continuation: UInt8 = 9
    static let endStream: UInt8 = 1
    static let endHeaders: UInt8 = 4

    /// The preface and settings, unless told otherwise.
    init(greeting: Bool = true) {
        guard greeting else { return }
        bytes = Self.preface
        frame(Self.settings, 0, 0, [])
    }

    mutating func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8], length: Int? = nil) {
        let length = UInt32(length ?? payload.count)
        bytes += [UInt8(length >> 16), UInt8(length >> 8 & 255), UInt8(length & 255), type, flags]
        bytes += Self.number(stream)
        bytes += payload
    }

    mutating func raw(_ more: [UInt8]) { bytes += more }

    static func number(_ value: UInt32) -> [UInt8] {
        [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
    }

    static let path = "/test.Echo/Say"

    static func fields(path: String = path, _ more: [(String, String)] = []) -> [(String, String)] {
        [
            (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"),
            ("content-type", "application/grpc"), ("te", "trailers"),
        ] + more
    }

    static func block(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { [0] + text($0.0) + text($0.1) }
    }

    private static func text(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        if bytes.count < 127 { return [UInt8(bytes.count)] + bytes }
        var length = [UInt8(127)]
        var rest = bytes.count - 127
        while rest >= 128 {
            length.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        return length + [UInt8(rest)] + bytes
    }

    mutating func head(_ stream: UInt32, _ fields: [(String, String)] = fields(), ended: Bool = false) {
        frame(Self.headers, Self.endHeaders | (ended ? Self.endStream : 0), stream, Self.block(fields))
    }

    mutating func data(_ stream: UInt32, _ bytes: [UInt8], ended: Bool = true) {
        frame(Self.data, ended ? Self.endStream : 0, stream, bytes)
    }

    /// A message with its prefix.
    static func message(_ bytes: [UInt8], compressed: Bool = false, announced: Int? = nil) -> [UInt8] {
        [compressed ? 1 : 0] + number(UInt32(announced ?? bytes.count)) + bytes
    }

    /// A whole call.
    mutating func call(_ stream: UInt32, _ body: [UInt8], _ fields: [(String, String)] = fields()) {
        head(stream, fields)
        data(stream, Self.message(body))
    }
}

/// What an answer gains on its way out, whoever gave it: an entity tag, "not modified" for those who have it already,
/// and gzip for those who take it.
package enum AnswerPacking {
    /// A shorter body is not worth its header fields.
    static let bytesMin = 512

    package static func around(_ handler: @escaping HTTPHandler) -> HTTPHandler {
        { request in
            var response = handler(request)
            guard response.live == nil else { return response }
            tag(&response, request)
            pack(&response, request)
            return response
        }
    }

    /// Weak: the same answer goes out plain and packed.
    private static func tag(_ response: inout HTTPResponse, _ request: HTTPRequest) {
        guard response.status == 200, request.method == "GET" || request.method == "HEAD" else { return }
        if response.headers["ETag"] == nil {
            guard response.body.count >= bytesMin else { return }
            response.headers["ETag"] = EntityTag(of: response.body).description
        }
        // May be kept, and has to be asked for each time.
        if response.headers["Cache-Control"] == nil { response.headers["Cache-Control"] = "private, no-cache" }
        guard let known = request.headers["If-None-Match"], let tag = response.headers["ETag"],
            EntityTag.matches(tag, anyOf: known)
        else { return }
        response.status = 304
        response.body = []
        response.headers["Content-Type"] = nil
    }

    private static func pack(_ response: inout HTTPResponse, _ request: HTTPRequest) {
        guard response.body.count >= bytesMin, response.headers["Content-Encoding"] == nil,
            isText(response.headers["Content-Type"])
        else { return }
        response.headers.add("Vary", "Accept-Encoding")
        guard ContentCoding.takesGzip(request.headers["Accept-Encoding"]),
            let packed = GzipWriter.pack(response.body)
        else { return }
        response.body = packed
        response.headers["Content-Encoding"] = "gzip"
    }

    private static func isText(_ type: String?) -> Bool {
        guard let type = type?.lowercased() else { return false }
        return type.hasPrefix("text/") || type.contains("json") || type.contains("javascript") || type.contains("xml")
    }
}

/// Names one state of an answer.
struct EntityTag: CustomStringConvertible {
    private let hash: UInt64

    /// The same in every process, so that a page that is open over a restart is not sent again.
    init(of body: [UInt8]) {
        // FNV-1a over words of eight bytes, which takes an eighth of the time.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        body.withUnsafeBytes { bytes in
            var place = 0
            while place + 8 <= bytes.count {
                hash = (hash ^ bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* 0x100_0000_01B3
                hash ^= hash >> 29
                place += 8
            }
            while place < bytes.count {
                hash = (hash ^ UInt64(bytes[place])) &* 0x100_0000_01B3
                place += 1
            }
        }
        self.hash = hash ^ UInt64(body.count) &* 0x9E37_79B9_7F4A_7C15
    }

    var description: String { "W/\"\(String(hash, radix: 16))\"" }

    /// The weak comparison of RFC 9110.
    static func matches(_ tag: String, anyOf list: String) -> Bool {
        if list.trimmed == "*" { return true }
        return list.split(separator: ",").contains { bare($0.trimmed) == bare(tag) }
    }

    private static func bare(_ tag: String) -> String { tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag }
}

/// What `Accept-Encoding` says.
enum ContentCoding {
    static func takesGzip(_ accepted: String?) -> Bool {
        guard let accepted else { return false }
        var anything: Bool?
        for part in accepted.lowercased().split(separator: ",") {
            let words = part.split(separator: ";").map(\.trimmed)
            let isTaken = !words.dropFirst().contains { word in
                word.hasPrefix("q=") && Double(word.dropFirst(2)) == 0
            }
            switch words.first {
            case "gzip", "x-gzip": return isTaken
            case "*": anything = isTaken
            default: continue
            }
        }
        return anything ?? false
    }
}

extension StringProtocol {
    /// Without spaces and tabs around it.
    fileprivate var trimmed: String {
        var text = self[...].drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}

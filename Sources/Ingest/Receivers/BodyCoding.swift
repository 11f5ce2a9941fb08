import HTTP

/// A request's body as its sender had it before compression.
enum BodyCoding {
    static let bytesMax = 16 << 20

    /// Nil for an encoding that nobody here knows.
    static func plain(_ request: HTTPRequest) throws(IngestError) -> [UInt8]? {
        switch request.headers["Content-Encoding"]?.lowercased() ?? "" {
        case "", "identity": request.body
        case "gzip", "x-gzip": try Gzip.inflate(request.body, bytesMax: bytesMax)
        case "deflate": try Gzip.inflate(request.body, bytesMax: bytesMax, format: .zlib)
        case "zstd": try Zstd.inflate(request.body, bytesMax: bytesMax)
        default: nil
        }
    }

    /// The type without its parameters.
    static func type(_ request: HTTPRequest) -> String {
        let value = request.headers["Content-Type"] ?? ""
        return (value.split(separator: ";").first.map(String.init) ?? "").lowercased().filter { $0 != " " }
    }
}

import JSON

/// One export request as a receiver got it: a line of JSON about it, then the raw body.
struct RecordedExport {
    enum Kind: String {
        case otlpProtobuf = "otlp-http-protobuf"
        case otlpJSON = "otlp-http-json"
        case otlpGRPC = "otlp-grpc"
        case zipkinJSON = "zipkin-json"
    }

    var kind: Kind
    var isLogs: Bool
    var isGzip: Bool
    var body: [UInt8]

    private static let headerBytesMax = 64 << 10

    /// Nil for bytes that are no recording.
    init?(_ bytes: [UInt8]) throws(IngestError) {
        guard bytes.first == UInt8(ascii: "{"),
            let end = bytes.prefix(Self.headerBytesMax).firstIndex(of: UInt8(ascii: "\n")),
            let header = try? JSONParser.parse(Array(bytes[..<end]), depthMax: 8),
            let name = header["kind"]?.string, header["headers"]?.object != nil
        else { return nil }
        let body = Array(bytes[(end + 1)...])
        // An index of such headers, one a line, begins like a recording; its first "body" has another length.
        if let length = JSONFields.unsigned(header["len"]), length != body.count { return nil }
        guard let kind = Kind(rawValue: name) else {
            throw IngestError(.unknownFormat, "a recorded request of the unknown kind \"\(name.prefix(40))\"")
        }
        self.kind = kind
        self.body = body
        let path = header["path"]?.string ?? ""
        isLogs = path.hasSuffix("/v1/logs") || path.contains(".logs.v1.")
        isGzip = Self.header(header["headers"], "content-encoding")?.lowercased() == "gzip"
    }

    private static func header(_ headers: JSONValue?, _ name: String) -> String? {
        headers?.object?.members.first { $0.key.lowercased() == name }?.value.string
    }
}

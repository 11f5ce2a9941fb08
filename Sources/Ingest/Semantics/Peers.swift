import TraceModel

/// Who is called, by the best name that there is.
enum Peers {
    private static let names = ["service.peer.name", "peer.service"]
    private static let addresses = [
        ("server.address", "server.port"), ("net.peer.name", "net.peer.port"),
        ("network.peer.address", "network.peer.port"), ("net.peer.ip", "net.peer.port"),
    ]
    private static let urls = ["url.full", "http.url"]

    static func read(_ reading: inout SpanReading) {
        guard reading.span.peer.isEmpty else { return }
        reading.span.peer = name(reading) ?? ""
    }

    private static func name(_ reading: SpanReading) -> String? {
        let attributes = reading.attributes
        switch reading.span.kind {
        // A SERVER's addresses are its own or its caller's, one for each caller: no part of what it does.
        case .server: return nil
        case .consumer: return Messaging.destination(attributes)
        default: break
        }
        // A proxy's URL names the proxy itself; its cluster is whom it called.
        let cluster = attributes.text(Gateways.clusterKeys)
        return attributes.text(names) ?? (reading.isGateway ? cluster : nil) ?? address(attributes)
            ?? authority(attributes) ?? Databases.peer(attributes) ?? Messaging.destination(attributes) ?? cluster
    }

    private static func address(_ attributes: AttributeIndex) -> String? {
        for (host, port) in addresses {
            guard let name = attributes.text(host) else { continue }
            // Some instrumentation writes the port into both.
            return attributes.text(port).map { name.hasSuffix(":\($0)") ? name : "\(name):\($0)" } ?? name
        }
        return nil
    }

    private static func authority(_ attributes: AttributeIndex) -> String? {
        attributes.text(urls).flatMap { URLParts($0).authority }
    }
}

/// The parts of a URL that anybody here asks for.
struct URLParts {
    /// Host and port without user and password; nil where there is none.
    var authority: String?
    /// From the first slash on, the query included; "/" where a URL ends behind its authority.
    var path: String

    init(_ text: String) {
        guard let mark = text.utf8Range(of: "://") else {
            path = text
            return
        }
        let rest = text[mark.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        let host = rest[..<end].split(separator: "@").last.map(String.init) ?? ""
        authority = host.isEmpty ? nil : host
        path = rest[end...].first == "/" ? String(rest[end...]) : "/\(rest[end...])"
    }
}

extension String {
    /// Where `part` first stands.
    func utf8Range(of part: String) -> Range<String.Index>? {
        let bytes = Array(part.utf8)
        var start = utf8.startIndex
        while let first = utf8[start...].firstIndex(of: bytes[0]) {
            if utf8[first...].starts(with: bytes) {
                return first..<utf8.index(first, offsetBy: bytes.count)
            }
            start = utf8.index(after: first)
        }
        return nil
    }
}

import TraceModel

/// Captured headers by name, whatever the spelling of the attribute: `http.response.header.cache-status`,
/// `http.response.header.cache_status`; texts and lists of texts.
struct HeaderIndex {
    private var request: [String: String] = [:]
    private var response: [String: String] = [:]

    init(_ attributes: [SpanAttribute]) {
        for attribute in attributes {
            if let name = Self.name(attribute.key, after: "http.response.header.") {
                response[name] = attribute.value.text
            } else if let name = Self.name(attribute.key, after: "http.request.header.") {
                request[name] = attribute.value.text
            }
        }
    }

    func request(_ name: String) -> String? { request[name] }
    func response(_ name: String) -> String? { response[name] }

    private static func name(_ key: String, after prefix: String) -> String? {
        guard key.hasPrefix(prefix) else { return nil }
        return String(key.dropFirst(prefix.count).lowercased().map { $0 == "_" ? "-" : $0 })
    }
}

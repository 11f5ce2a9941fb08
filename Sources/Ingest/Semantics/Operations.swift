import TraceModel

/// What a span does: its method, and the name that tells this operation from others: a template, an RPC method, a
/// statement's summary, else a path, which is reduced later.
enum Operations {
    private static let methodKeys = ["http.request.method", "http.method"]
    private static let templateKeys = ["http.route", "url.template"]
    private static let pathKeys = ["url.path", "http.target", "http.path", "http.uri.client"]
    private static let urlKeys = ["url.full", "http.url"]

    static func read(_ reading: inout SpanReading) {
        if reading.span.method == .none { reading.span.method = method(reading) }
        guard reading.span.route.isEmpty else { return }
        if let known = template(reading) {
            reading.span.route = known
            reading.span.routeIsTemplate = true
        } else {
            reading.span.route = path(reading.attributes) ?? ""
        }
    }

    private static func method(_ reading: SpanReading) -> RequestMethod {
        if let name = reading.attributes.text(methodKeys) { return RequestMethod(name: name) }
        let word = reading.span.name.split(separator: " ").first ?? ""
        let named = RequestMethod(name: word)
        guard named != .other, word.allSatisfy(\.isUppercase) else { return .none }
        return isHTTP(reading) ? named : .none
    }

    private static func isHTTP(_ reading: SpanReading) -> Bool {
        reading.span.httpCode != 0 || path(reading.attributes) != nil || reading.attributes.text(templateKeys) != nil
    }

    private static func template(_ reading: SpanReading) -> String? {
        reading.attributes.text(templateKeys) ?? RPCMethods.name(reading) ?? Databases.operation(reading.attributes)
            ?? nameTemplate(reading.span.name)
    }

    /// `GET /orders/{id}`: a name that can only be a template.
    private static func nameTemplate(_ name: String) -> String? {
        let words = name.split(separator: " ")
        guard words.count == 2, words[1].hasPrefix("/"), RequestMethod(name: words[0]) != .other else { return nil }
        let isTemplate = words[1].contains("{") || words[1].contains("/:") || words[1].contains("<")
        return isTemplate ? String(words[1]) : nil
    }

    private static func path(_ attributes: AttributeIndex) -> String? {
        attributes.text(pathKeys) ?? attributes.text(urlKeys).map { URLParts($0).path }
    }
}

/// Names of remote procedures: `package.Service/Method`.
enum RPCMethods {
    static func name(_ reading: SpanReading) -> String? {
        let attributes = reading.attributes
        let service = attributes.text("rpc.service")
        if let method = attributes.text("rpc.method") {
            guard let service, !method.contains("/") else { return trimmed(method) }
            return "\(service)/\(method)"
        }
        return isGRPC(reading) ? path(reading).map(trimmed) : nil
    }

    private static func isGRPC(_ reading: SpanReading) -> Bool {
        reading.span.grpcCode != nil || reading.attributes.text("rpc.system") == "grpc"
            || reading.attributes.text("rpc.system.name") == "grpc"
            || reading.attributes["grpc.path"] != nil
    }

    /// Where instrumentation names no method, a gateway's path or the span's name does.
    private static func path(_ reading: SpanReading) -> String? {
        let candidates = [
            reading.attributes.text("grpc.path"),
            reading.attributes.text(["url.full", "http.url"]).map { URLParts($0).path },
            reading.span.name,
        ]
        return candidates.lazy.compactMap { $0 }.first { name in
            let parts = trimmed(name).split(separator: "/")
            return parts.count == 2 && parts[0].contains(".") && !name.contains(" ")
        }
    }

    private static func trimmed(_ method: String) -> String {
        method.hasPrefix("/") ? String(method.dropFirst()) : method
    }
}

/// What a method makes of a call.
package enum GRPCReply: Sendable {
    /// The response message, serialised.
    case message([UInt8])
    case status(GRPCStatus)
}

/// One unary method: the request message's bytes, uncompressed and lent for the call. Runs on the connection's own
/// loop, so it must not wait for anything.
package typealias GRPCMethod = (UnsafeRawBufferPointer) -> GRPCReply

/// The service table of one thread: paths such as `/package.Service/Method`.
package struct GRPCMethods {
    private var table: [String: GRPCMethod] = [:]
    private var services: Set<String> = []

    package init() {}

    package mutating func add(service: String, method: String, _ body: @escaping GRPCMethod) {
        precondition(!service.contains("/") && !method.contains("/"), "a path has two segments")
        table["/\(service)/\(method)"] = body
        services.insert(service)
    }

    subscript(_ path: String) -> GRPCMethod? { table[path] }

    /// Why nothing answers under a path.
    func refusal(of path: String) -> GRPCStatus {
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard path.first == "/", parts.count == 2 else {
            return GRPCStatus(.unimplemented, "a path is /package.Service/Method")
        }
        return services.contains(String(parts[0]))
            ? GRPCStatus(.unimplemented, "this service has no such method")
            : GRPCStatus(.unimplemented, "there is no such service here")
    }
}

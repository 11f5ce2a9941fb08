import TraceModel

/// JSON-RPC's error codes, which travel inside an HTTP 200.
enum JSONRPCCodes {
    static func read(_ reading: inout SpanReading) {
        guard let code = code(reading.attributes), code != 0 else { return }
        reading.mark(evidence(code: code))
    }

    static func isJSONRPC(_ attributes: AttributeIndex) -> Bool {
        attributes.text(["rpc.system.name", "rpc.system"])?.lowercased() == "jsonrpc"
            || attributes["rpc.jsonrpc.version"] != nil || attributes["jsonrpc.protocol.version"] != nil
    }

    /// A broken or unknown request, or wrong parameters, blame the caller; all else is a failure.
    static func evidence(code: Int64) -> Evidence {
        code == -32700 || (-32602 ... -32600).contains(code) ? .jsonRPCRefused : .jsonRPCError
    }

    private static func code(_ attributes: AttributeIndex) -> Int64? {
        attributes.number(["rpc.jsonrpc.error_code"])
            ?? (isJSONRPC(attributes) ? attributes.number(["rpc.response.status_code"]) : nil)
    }
}

import Answers
import TraceModel

/// JSON-RPC's error codes, which travel inside an HTTP 200.
enum JSONRPCCodes {
    static func read(_ reading: inout SpanReading) {
        guard let code = code(reading.attributes), code != 0 else { return }
        reading.mark(JSONRPCVerdict.evidence(code: code))
    }

    static func isJSONRPC(_ attributes: AttributeIndex) -> Bool {
        attributes.text(["rpc.system.name", "rpc.system"])?.lowercased() == "jsonrpc"
            || attributes["rpc.jsonrpc.version"] != nil || attributes["jsonrpc.protocol.version"] != nil
    }

    private static func code(_ attributes: AttributeIndex) -> Int64? {
        attributes.number(["rpc.jsonrpc.error_code"])
            ?? (isJSONRPC(attributes) ? attributes.number(["rpc.response.status_code"]) : nil)
    }
}

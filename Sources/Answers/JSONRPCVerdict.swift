package import TraceModel

package enum JSONRPCVerdict {
    /// A broken or unknown request, or wrong parameters, blame the caller; all else is a failure.
    package static func evidence(code: Int64) -> Evidence {
        code == -32700 || (-32602 ... -32600).contains(code) ? .jsonRPCRefused : .jsonRPCError
    }
}

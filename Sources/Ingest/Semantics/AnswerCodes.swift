import TraceModel

/// The codes of an answer, HTTP's and gRPC's, from the names that they have had.
enum AnswerCodes {
    private static let httpKeys = [
        "http.response.status_code", "http.status_code", "http.status", "client_status_code",
    ]
    private static let grpcKeys = [
        "rpc.response.status_code", "rpc.status_code", "rpc.grpc.status_code", "grpc.status_code",
        "rpc.connect_rpc.error_code",
    ]
    /// These belong to whatever system the span names; they are gRPC's unless it is another one's.
    private static let sharedKeys: Set<String> = ["rpc.response.status_code", "rpc.status_code"]

    static func read(_ reading: inout SpanReading) {
        if reading.span.httpCode == 0 { readHTTP(&reading) }
        if reading.span.grpcCode == nil { readGRPC(&reading) }
    }

    private static func readHTTP(_ reading: inout SpanReading) {
        guard let value = reading.attributes.first(httpKeys) else { return }
        if let code = value.whole, (100...999).contains(code) {
            reading.span.httpCode = UInt16(code)
        } else if saysNoResponse(value) {
            reading.mark(.noResponse)
        }
    }

    private static func saysNoResponse(_ value: AttributeValue) -> Bool {
        value.whole == 0 || value.text.isEmpty || value.text == "-"
    }

    private static func readGRPC(_ reading: inout SpanReading) {
        let isJSONRPC = JSONRPCCodes.isJSONRPC(reading.attributes)
        for key in grpcKeys where !(isJSONRPC && sharedKeys.contains(key)) {
            guard let text = reading.attributes.text(key) else { continue }
            reading.span.grpcCode = GRPCCode(text: text)
            return
        }
    }
}

import TraceModel

/// How it was asked and in which shape the answer came: ranges, conditions, sizes, types of content.
enum RequestMarks {
    private static let sizeKeys = [
        "http.response.body.size", "http.response_content_length", "http.response.size", "response_size",
        "http.response_size",
    ]
    private static let conditions = [
        "if-match", "if-none-match", "if-unmodified-since", "if-modified-since", "if-range",
    ]

    static func read(_ reading: inout SpanReading) {
        if conditions.contains(where: { reading.headers.request($0) != nil }) { reading.mark(.conditional) }
        if reading.headers.request("range") != nil || reading.headers.response("content-range") != nil {
            reading.mark(.rangeRequest)
        }
        if reading.span.answerBytes == 0 { reading.span.answerBytes = size(reading) }
        readContentType(&reading)
    }

    private static func size(_ reading: SpanReading) -> UInt64 {
        let length =
            reading.attributes.number(sizeKeys) ?? reading.headers.response("content-length").flatMap { Int64($0) }
        return UInt64(clamping: length ?? 0)
    }

    private static func readContentType(_ reading: inout SpanReading) {
        guard let header = reading.headers.response("content-type") else { return }
        let type = header.lowercased().split(separator: ";").first.map { $0.filter { $0 != " " } } ?? ""
        if type == "text/html" || type == "application/xhtml+xml" { reading.mark(.htmlBody) }
        let isProblem = type == "application/problem+json" || type == "application/problem+xml"
        if isProblem, (200..<300).contains(reading.span.httpCode) { reading.mark(.problemJSON) }
    }
}

import TraceModel

/// What a log record says about the span that it belongs to.
enum LogMarks {
    /// Nil for a record that speaks of no trouble.
    static func evidence(
        traceID: TraceID, spanID: SpanID, severity: Int, severityText: String, attributes: [SpanAttribute]
    ) -> LogEvidence? {
        guard !traceID.isZero, !spanID.isNone else { return nil }
        let index = AttributeIndex(attributes)
        if let type = index.text("exception.type") {
            return LogEvidence(traceID: traceID, spanID: spanID, evidence: .exceptionEvent, errorType: type)
        }
        if index.text("exception.message") != nil {
            return LogEvidence(traceID: traceID, spanID: spanID, evidence: .exceptionEvent)
        }
        guard severity >= OTLPWords.severityError || severity == 0 && isError(severityText) else { return nil }
        return LogEvidence(traceID: traceID, spanID: spanID, evidence: .errorLog)
    }

    private static func isError(_ text: String) -> Bool {
        ["ERROR", "FATAL", "CRITICAL", "SEVERE", "EMERGENCY", "ALERT"].contains(text.uppercased())
    }
}

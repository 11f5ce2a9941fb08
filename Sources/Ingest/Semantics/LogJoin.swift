import TraceModel

/// What log records say, by the span that they name.
struct LogJoin {
    private struct Key: Hashable {
        var trace: TraceID
        var span: SpanID
    }

    private var byKey: [Key: [LogEvidence]] = [:]
    let count: Int

    init(_ logs: [LogEvidence]) {
        count = logs.count
        for log in logs { byKey[Key(trace: log.traceID, span: log.spanID), default: []].append(log) }
    }

    /// Marks the span; says how many records spoke of it.
    func apply(to span: inout SpanDetail) -> Int {
        guard let logs = byKey[Key(trace: span.traceID, span: span.spanID)] else { return 0 }
        for log in logs {
            span.evidence.formUnion(log.evidence)
            guard !log.errorType.isEmpty else { continue }
            // An exception in a log is what one in an event is, and is read as such.
            span.events.append(
                SpanEvent(
                    name: "exception", timeNanoseconds: span.startNanoseconds,
                    attributes: [SpanAttribute("exception.type", .string(log.errorType))]))
        }
        return logs.count
    }
}

import TraceModel

/// What log records say, by the span that they name.
struct LogJoin {
    /// The low half alone: a logger may know less of a trace id than the tracer beside it.
    private struct Key: Hashable {
        var traceLow: UInt64
        var span: SpanID
    }

    private var byKey: [Key: [LogEvidence]] = [:]
    let count: Int

    init(_ logs: [LogEvidence]) {
        count = logs.count
        for log in logs { byKey[Key(traceLow: log.traceID.low, span: log.spanID), default: []].append(log) }
    }

    /// Marks the span; says how many records spoke of it.
    func apply(to span: inout SpanDetail) -> Int {
        let named = byKey[Key(traceLow: span.traceID.low, span: span.spanID)] ?? []
        let logs = named.filter { $0.traceID.isSameTrace(as: span.traceID) }
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

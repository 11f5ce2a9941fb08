import Kernel
import TraceModel

extension AttributeValue {
    var wire: TraceModel.AttributeValue {
        switch self {
        case .string(let text): .string(text)
        case .integer(let number): .int(number)
        case .number(let number): .double(number)
        case .flag(let flag): .bool(flag)
        case .list(let values): .list(values.map(\.wire))
        }
    }
}

extension SpanStorage {
    /// The ended span in the collector's words. `wallOffset` is what the wall clock is ahead of the monotonic one now:
    /// a span whose clock jumped in the middle has the right length and a start that agrees with the present.
    func detail(_ resource: SpanResource, threshold: UInt64, wallOffset: UInt64) -> SpanDetail {
        var span = SpanDetail(
            traceID: traceID, spanID: spanID, parentID: parentID, startNanoseconds: startNanoseconds &+ wallOffset,
            durationNanoseconds: endNanoseconds - startNanoseconds, resource: resource, name: name,
            kind: TraceModel.SpanKind(rawValue: kind.rawValue) ?? .unspecified)
        span.samplingThreshold = threshold
        fillStatus(&span)
        if parentIsRemote { span.evidence.insert(.remoteParent) }
        withAttributes { Conventions.fill(&span, $0) }
        if let extras { fill(&span, extras, wallOffset) }
        return span
    }

    private func fillStatus(_ span: inout SpanDetail) {
        switch status {
        case .unset: break
        case .ok: span.status = .ok
        case .error(let message):
            span.status = .error
            span.statusMessage = message
        }
        switch outcome {
        case nil: break
        case .success: span.outcome = .success
        case .expected: span.outcome = .expected
        case .partial(let reason):
            span.outcome = .partial
            span.outcomeReason = SpanLimits.cut(reason, 64)
        case .failure(let reason):
            span.outcome = .failure
            span.outcomeReason = SpanLimits.cut(reason, 64)
        }
    }

    private func fill(_ span: inout SpanDetail, _ extras: SpanExtras, _ wallOffset: UInt64) {
        if span.errorType.isEmpty { span.errorType = extras.errorType }
        span.evidence.formUnion(extras.evidence)
        span.links = extras.links
        span.events = extras.events.map { event in
            if event.name == "exception" { span.evidence.insert(.exceptionEvent) }
            return SpanEvent(
                name: event.name, timeNanoseconds: event.atNanoseconds &+ wallOffset,
                attributes: event.attributes.map { SpanAttribute($0.key, $0.value.wire) })
        }
        if extras.attributesDropped > 0 {
            span.attributes.append(SpanAttribute("unmask.attributes_dropped", .int(Int64(extras.attributesDropped))))
        }
        if extras.eventsDropped > 0 {
            span.attributes.append(SpanAttribute("unmask.events_dropped", .int(Int64(extras.eventsDropped))))
        }
    }
}

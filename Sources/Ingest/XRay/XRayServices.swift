import TraceModel

/// Which service a segment is of: a subsegment that comes alone names only the segment above it. Bounded: when it is
/// full, the older half is forgotten.
package struct XRayServices: Sendable {
    private struct Key: Hashable {
        var traceLow: UInt64
        var span: SpanID
    }

    private static let halfMax = 16_384
    private var recent: [Key: SpanResource] = [:]
    private var older: [Key: SpanResource] = [:]

    package init() {}

    mutating func note(_ span: SpanID, in trace: TraceID, _ resource: SpanResource) {
        if recent.count >= Self.halfMax {
            older = recent
            recent.removeAll(keepingCapacity: true)
        }
        recent[Key(traceLow: trace.low, span: span)] = resource
    }

    func resource(of span: SpanID, in trace: TraceID) -> SpanResource? {
        let key = Key(traceLow: trace.low, span: span)
        return recent[key] ?? older[key]
    }
}

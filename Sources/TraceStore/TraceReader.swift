import Symbols
package import TraceModel
package import Wire

/// Unpacks a kept frame into whole spans. The one place after the receivers that knows a format; handed in from
/// outside, so that the store needs to know none.
package typealias PayloadReader =
    @Sendable (_ frame: KeptFrame) throws(WireError) -> (spans: [SpanDetail], isWhole: Bool)

/// A trace as a person reads it: whole spans where their payload is still there, and the bare facts where not.
package struct TraceReader: Sendable {
    private let store: TraceStore
    private let read: PayloadReader

    package init(store: TraceStore, read: @escaping PayloadReader) {
        self.store = store
        self.read = read
    }

    package struct Reading: Sendable {
        package var spans: [SpanDetail]
        /// Every span came with its payload.
        package var isComplete: Bool
    }

    /// The spans of a snapshot, in order of their start.
    package func spans(of snapshot: TraceSnapshot) throws(WireError) -> Reading {
        var known: [SpanKey: SpanDetail] = [:]
        var isComplete = true
        for frame in store.frames(of: snapshot) {
            let unpacked = try read(frame)
            isComplete = isComplete && unpacked.isWhole
            for span in unpacked.spans where SpanKey.matches(span.traceID, snapshot.id) {
                known[SpanKey(span.spanID, span.kind, span.startNanoseconds)] = span
            }
        }
        var seen: Set<SpanKey> = []
        var spans: [SpanDetail] = []
        for facts in snapshot.spans {
            let key = SpanKey(facts.spanID, facts.kind, facts.startNanoseconds)
            guard seen.insert(key).inserted else { continue }
            if var span = known[key] {
                // What the receiver read into the span counts, not only what the sender wrote.
                span.evidence = facts.evidence
                spans.append(span)
            } else {
                isComplete = false
                spans.append(detail(of: facts, in: snapshot.id))
            }
        }
        spans.sort { ($0.startNanoseconds, $0.spanID.raw) < ($1.startNanoseconds, $1.spanID.raw) }
        return Reading(spans: spans, isComplete: isComplete)
    }

    private struct SpanKey: Hashable {
        var id: SpanID
        var kind: SpanKind
        var start: UInt64

        init(_ id: SpanID, _ kind: SpanKind, _ start: UInt64) {
            self.id = id
            self.kind = kind
            self.start = start
        }

        static func matches(_ left: TraceID, _ right: TraceID) -> Bool {
            left.low == right.low && (left.high == right.high || left.high == 0 || right.high == 0)
        }
    }

    /// What the record alone knows.
    private func detail(of facts: SpanFacts, in id: TraceID) -> SpanDetail {
        let symbols = store.symbols
        var span = SpanDetail(
            traceID: id, spanID: facts.spanID, parentID: facts.parentID, startNanoseconds: facts.startNanoseconds,
            durationNanoseconds: facts.durationNanoseconds,
            resource: SpanResource(
                service: symbols.string(facts.hop.service), instance: symbols.string(facts.instance)),
            name: symbols.string(facts.hop.name), kind: facts.kind)
        span.status = facts.status
        span.httpCode = facts.httpCode
        span.grpcCode = facts.grpcCode
        span.method = facts.hop.method
        span.route = symbols.string(facts.hop.route)
        span.routeIsTemplate = facts.hop.traits.contains(.template)
        span.peer = symbols.string(facts.hop.peer)
        span.outcome = facts.outcome
        span.outcomeReason = symbols.string(facts.extra.reason)
        span.resends = UInt32(facts.resends)
        span.errorType = symbols.string(facts.extra.errorType)
        span.evidence = facts.evidence
        span.proxyFlags = facts.proxyFlags
        if !facts.extra.linkTraceID.isZero {
            span.links = [SpanLink(traceID: facts.extra.linkTraceID, spanID: facts.extra.linkSpanID)]
        }
        return span
    }
}

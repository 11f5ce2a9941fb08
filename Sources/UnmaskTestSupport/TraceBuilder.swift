package import TraceModel

/// Builds one trace for a test, top down. Children of one span follow each other unless told otherwise, and every
/// span is long enough for its children, so that a test writes times only where the times matter.
package final class TraceBuilder {
    package struct Handle: Hashable, Sendable {
        package let index: Int
    }

    package private(set) var spans: [SpanFacts] = []
    package let symbols: TestSymbols
    private var nextStart: [UInt64] = []

    /// Traces that are compared with each other share their symbols.
    package init(_ symbols: TestSymbols = TestSymbols()) {
        self.symbols = symbols
    }

    package subscript(handle: Handle) -> SpanFacts {
        get { spans[handle.index] }
        set { spans[handle.index] = newValue }
    }

    package func id(_ handle: Handle) -> SpanID { spans[handle.index].spanID }

    /// Adds a span. `operation` is `GET /path/{template}`, `package.Service/Method`, a bare method or a name.
    @discardableResult
    package func span(
        _ kind: SpanKind, _ service: String, _ operation: String, code: UInt16 = 0, grpc: GRPCCode? = nil,
        status: SpanStatus = .unset, peer: String = "", under parent: Handle? = nil, beside: Handle? = nil,
        milliseconds: UInt64 = 10, evidence: Evidence = [], instance: String? = nil
    ) -> Handle {
        let start = startFor(parent: parent, beside: beside)
        let hop = symbols.hop(kind, service: service, operation: operation, peer: peer)
        var facts = SpanFacts(
            spanID: SpanID(UInt64(spans.count) + 1), parentID: parent.map(id) ?? .none, startNanoseconds: start,
            durationNanoseconds: milliseconds * 1_000_000, hopID: symbols.number(of: hop), hop: hop,
            instance: symbols[instance ?? service + "-0"])
        facts.httpCode = code
        facts.grpcCode = grpc
        facts.status = status
        facts.evidence = evidence
        spans.append(facts)
        nextStart.append(start + 1_000_000)
        let handle = Handle(index: spans.count - 1)
        if let parent { makeRoom(in: parent, until: facts.endNanoseconds) }
        return handle
    }

    private func startFor(parent: Handle?, beside: Handle?) -> UInt64 {
        if let beside { return spans[beside.index].startNanoseconds + 1000 }
        guard let parent else { return 1_700_000_000_000_000_000 + UInt64(spans.count) * 1_000_000_000 }
        return nextStart[parent.index]
    }

    private func makeRoom(in parent: Handle, until end: UInt64) {
        var current: Handle? = parent
        var needed = end + 1_000_000
        while let handle = current {
            let span = spans[handle.index]
            nextStart[handle.index] = max(nextStart[handle.index], needed)
            guard span.endNanoseconds < needed else { return }
            spans[handle.index].durationNanoseconds = needed - span.startNanoseconds
            needed += 1_000_000
            current = spans[..<handle.index].firstIndex { $0.spanID == span.parentID }.map(Handle.init)
        }
    }

    /// Everything but the given spans, as if they had been lost.
    package func without(_ lost: Handle...) -> [SpanFacts] {
        let ids = Set(lost.map(\.index))
        return spans.indices.filter { !ids.contains($0) }.map { spans[$0] }
    }

    /// Moves a span to begin after another has ended, leaving its parents as long as they are.
    package func move(_ handle: Handle, after other: Handle, milliseconds: UInt64 = 1) {
        spans[handle.index].startNanoseconds = spans[other.index].endNanoseconds + milliseconds * 1_000_000
    }
}

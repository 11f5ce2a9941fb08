import TraceModel

/// The spans of one trace in their places: sections 1.7, 1.10 and 1.11 of the contract, and its words `edge` and `hop`.
///
/// Invariant: parents have no cycles; every span but edges, true roots and what hangs under those has a host edge.
struct OracleForest {
    /// Distinct spans, ordered by identity so that the order of arrival is forgotten here.
    let spans: [SpanFacts]
    private(set) var parent: [Int?] = []
    private(set) var children: [[Int]] = []
    private(set) var edges: [Int] = []
    /// Under which edge a span whose parent never came was hung.
    private(set) var host: [Int?] = []

    init(_ facts: [SpanFacts], settled: Bool) {
        spans = Self.withoutDuplicates(facts)
        parent = spans.indices.map { parentOf($0) }
        breakCycles()
        children = spans.indices.map { index in spans.indices.filter { parent[$0] == index } }
        edges = findEdges(settled: settled)
        host = spans.indices.map { hostOf($0) }
    }

    /// 1.7: same identity and same content is a duplicate.
    private static func withoutDuplicates(_ facts: [SpanFacts]) -> [SpanFacts] {
        Set(facts).sorted { identity($0).lexicographicallyPrecedes(identity($1)) }
    }

    /// Identity first, then everything that tells variants apart: no order may come from hashing.
    private static func identity(_ span: SpanFacts) -> [UInt64] {
        [
            span.spanID.raw, UInt64(span.kind.rawValue), span.startNanoseconds, span.durationNanoseconds,
            span.parentID.raw, UInt64(span.httpCode), span.grpcCode.map { UInt64($0.rawValue) + 1 } ?? 0,
            UInt64(span.status.rawValue), UInt64(span.outcome.rawValue), UInt64(span.resends),
            UInt64(span.evidence.rawValue), UInt64(span.proxyFlags.rawValue), UInt64(span.hopID.raw),
            UInt64(span.hop.service.raw), UInt64(span.hop.peer.raw), UInt64(span.instance.raw),
            UInt64(span.answerSize), UInt64(span.weight), UInt64(span.extra.errorType.raw),
        ]
    }
}

// MARK: - Parents

extension OracleForest {
    private func parentOf(_ index: Int) -> Int? {
        sharedClient(of: index) ?? namedParent(of: index)
    }

    /// 1.7, Zipkin's shared span: the server becomes the client's child.
    private func sharedClient(of index: Int) -> Int? {
        let upper: SpanKind
        switch spans[index].kind {
        case .server: upper = .client
        case .consumer: upper = .producer
        default: return nil
        }
        return spans.indices.first { spans[$0].spanID == spans[index].spanID && spans[$0].kind == upper }
    }

    /// A shared id means its server half to those who come below; of variants the one that fared like the child.
    private func namedParent(of index: Int) -> Int? {
        let id = spans[index].parentID
        guard !id.isNone, id != spans[index].spanID else { return nil }
        let named = spans.indices.filter { spans[$0].spanID == id }
        let answering = named.filter { spans[$0].kind.answers }
        let candidates = answering.isEmpty ? named : answering
        return candidates.last { isOK($0) == isOK(index) } ?? candidates.last
    }

    private func isOK(_ index: Int) -> Bool {
        OracleOutcome(of: spans[index]).result == .ok
    }

    private mutating func breakCycles() {
        for index in spans.indices where Self.cycle(from: index, parent: parent)?.min() == index {
            parent[index] = nil
        }
    }

    private static func cycle(from start: Int, parent: [Int?]) -> [Int]? {
        var path = [start]
        while let next = parent[path[path.count - 1]] {
            if next == start { return path }
            if path.contains(next) { return nil }
            path.append(next)
        }
        return nil
    }
}

// MARK: - Edges

extension OracleForest {
    private func findEdges(settled: Bool) -> [Int] {
        let parentless = spans.indices.filter { isParentlessEdge($0) }
        guard parentless.isEmpty else { return parentless }
        return spans.indices.filter { isOrphanEdge($0, settled: settled) }
    }

    /// A topmost SERVER of a tree whose root says that it has no parent, or a CONSUMER that is such a root.
    private func isParentlessEdge(_ index: Int) -> Bool {
        let above = ancestors(of: index)
        guard spans[above.last ?? index].parentID.isNone else { return false }
        switch spans[index].kind {
        case .consumer: return above.isEmpty
        case .server: return !above.contains { spans[$0].kind == .server || isConsumerRoot($0) }
        default: return false
        }
    }

    private func isConsumerRoot(_ index: Int) -> Bool {
        spans[index].kind == .consumer && parent[index] == nil
    }

    /// 1.11: at once if it says that its parent is remote, else when the quiet period is over.
    private func isOrphanEdge(_ index: Int, settled: Bool) -> Bool {
        isOrphan(index) && spans[index].kind.answers && (settled || spans[index].evidence.contains(.remoteParent))
    }

    func isOrphan(_ index: Int) -> Bool {
        parent[index] == nil && !spans[index].parentID.isNone
    }

    /// The contract says "the edge"; with several, that of the orphan's process, at best while it answered, else one
    /// that answered OK, since below it a failure would be hidden.
    private func hostOf(_ index: Int) -> Int? {
        guard isOrphan(index), !edges.contains(index) else { return nil }
        let near = edges.filter { areOneProcess($0, index) }
        return near.first { order($0, index) == .overlapping } ?? near.first
            ?? edges.first { OracleOutcome.answer(of: spans[$0]) == .ok } ?? edges.first
    }

    func isEdge(_ index: Int) -> Bool { edges.contains(index) }

    /// Hangs in the air: a parent between it and the edge is missing.
    func isDetached(_ index: Int) -> Bool {
        ([index] + ancestors(of: index)).contains { host[$0] != nil }
    }

    /// The edge whose subtree holds the span.
    func edge(of index: Int) -> Int? {
        ([index] + lineage(of: index)).first { isEdge($0) }
    }
}

// MARK: - Ways up and order in time

extension OracleForest {
    /// Parents that are there, nearest first.
    func ancestors(of index: Int) -> [Int] {
        guard let up = parent[index] else { return [] }
        return [up] + ancestors(of: up)
    }

    /// The same, over the gap of a missing parent to the edge.
    func lineage(of index: Int) -> [Int] {
        guard let up = parent[index] ?? host[index] else { return [] }
        return [up] + lineage(of: up)
    }

    /// The same parent, also where that span is absent.
    func areSiblings(_ left: Int, _ right: Int) -> Bool {
        guard left != right, !spans[left].parentID.isNone else { return false }
        if let up = parent[left] { return parent[right] == up }
        return parent[right] == nil && spans[left].parentID == spans[right].parentID
    }

    func siblings(of index: Int) -> [Int] {
        spans.indices.filter { areSiblings(index, $0) }
    }

    enum Order { case before, after, overlapping, unknown }

    /// 1.10: compared in one process only, each lifted to its nearest ancestor there.
    func order(_ left: Int, _ right: Int) -> Order {
        guard let (a, b) = lifted(left, right), a != b else { return .unknown }
        if spans[a].endNanoseconds <= spans[b].startNanoseconds { return .before }
        if spans[b].endNanoseconds <= spans[a].startNanoseconds { return .after }
        return .overlapping
    }

    func lifted(_ left: Int, _ right: Int) -> (Int, Int)? {
        let others = [right] + ancestors(of: right)
        for a in [left] + ancestors(of: left) {
            if let b = others.first(where: { areOneProcess(a, $0) }) {
                let isTelling =
                    (a == left || !ancestors(of: b).contains(a)) && (b == right || !ancestors(of: a).contains(b))
                return isTelling ? (a, b) : nil
            }
        }
        return nil
    }

    private func areOneProcess(_ left: Int, _ right: Int) -> Bool {
        spans[left].hop.service == spans[right].hop.service && spans[left].instance == spans[right].instance
    }
}

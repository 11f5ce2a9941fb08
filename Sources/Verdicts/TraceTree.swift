import TraceModel

/// The spans of one trace without duplicates, joined to a tree. It is scratch: filled by `load`, read by the rules,
/// and reused for the next trace.
///
/// Invariant after `load`: `nodes` is in canonical order (span id, kind, content), so that nothing depends on the
/// order of arrival; `topological` holds every node once, parents before children; parents never form a cycle.
final class TraceTree {
    var spans: [SpanFacts] = []
    var nodes: [SpanNode] = []
    /// Parents before children.
    var topological: [Int32] = []
    /// First member of each family. Families below `nodes.count` are those of present parents; the others have a
    /// parent that is missing.
    var firstOfFamily: [Int32] = []
    var edges: [Edge] = []
    var calls: [Call] = []
    var chains: [Chain] = []
    /// What is usual for each edge; empty where nobody knows.
    var usual: [UsualEdge?] = []
    /// A step that is not here did not happen: all spans came that will, and no parent is missing.
    var absenceSpeaks = false
    var duplicates = 0
    var orphansAttached = 0
    var missingParents = 0
    /// SERVER spans that no CLIENT in the trace asked.
    var serversWithoutCaller = 0
    var hasCycle = false
    /// Several callers were answered, each with calls of its own. An orphan that stands for an edge may be an attempt.
    var hasManyTopEdges = false

    /// Which routes may be names of one path.
    var shapes = RouteShapes.exact

    /// Scratch of loading.
    var order: [Int32] = []
    var siblings: [Int32] = []
    var byEdge = NodeGroups()
    var byCall = NodeGroups()
    var preorder = Preorder()
    var declarers: [Int32] = []
    /// The nearest step that crosses a process border above each span; made with `byEdge`.
    var hopAbove: [Int32] = []
    var worstUnderEdge: [Disposition?] = []
    /// How many looks at other spans the rules may still take in this trace.
    var looksLeft = 0

    #if DEBUG
        /// How often a span was looked at, for tests: work is counted, for time says nothing on a busy machine.
        var visits = 0
    #endif

    subscript(node: Int32) -> SpanNode {
        get {
            #if DEBUG
                visits += 1
            #endif
            return nodes[Int(node)]
        }
        _modify {
            #if DEBUG
                visits += 1
            #endif
            yield &nodes[Int(node)]
        }
    }

    func span(_ node: Int32) -> SpanFacts { spans[Int(nodes[Int(node)].source)] }
    func hop(_ node: Int32) -> Hop { spans[Int(nodes[Int(node)].source)].hop }
    func kind(_ node: Int32) -> SpanKind { spans[Int(nodes[Int(node)].source)].hop.kind }
    func id(_ node: Int32) -> SpanID { spans[Int(nodes[Int(node)].source)].spanID }
    func start(_ node: Int32) -> UInt64 { spans[Int(nodes[Int(node)].source)].startNanoseconds }
    func end(_ node: Int32) -> UInt64 { spans[Int(nodes[Int(node)].source)].endNanoseconds }

    func isFailing(_ node: Int32) -> Bool { nodes[Int(node)].outcome.isFailing }

    func firstChild(_ node: Int32) -> Int32 { firstOfFamily[Int(node)] }

    func load(_ newSpans: [SpanFacts], rules: JudgeRules) {
        spans = newSpans
        shapes = rules.shapes
        nodes.removeAll(keepingCapacity: true)
        duplicates = 0
        missingParents = 0
        hasCycle = false
        looksLeft = Self.looksMax
        preorder.forget()
        sortCanonically()
        mergeCopies()
        for index in nodes.indices { judgeAlone(index, rules) }
        linkParents()
        joinFamilies()
        sortTopologically()
    }

    /// Lets go of the caller's spans; the scratch stays.
    func release() {
        spans = []
        usual = []
    }

    private func judgeAlone(_ index: Int, _ rules: JudgeRules) {
        var span = spans[Int(nodes[index].source)]
        span.evidence = nodes[index].evidence
        nodes[index].outcome = Outcome(span)
        nodes[index].answer = Answer(span)
        if span.evidence.contains(.gateway) || rules.gatewayServices.contains(span.hop.service) {
            nodes[index].flags.insert(.gateway)
        }
    }
}

import TraceModel

/// One span's place in the tree and what is known of it so far. Indices are positions in `TraceTree.nodes`; -1 is none.
struct SpanNode {
    struct Flags: OptionSet {
        let rawValue: UInt16

        /// A root whose parent is missing, or was cut off to break a cycle.
        static let orphan = Flags(rawValue: 1 << 0)
        /// Hangs in the air: a parent between it and the edge is missing.
        static let detached = Flags(rawValue: 1 << 1)
        static let edge = Flags(rawValue: 1 << 2)
        static let gateway = Flags(rawValue: 1 << 3)
        /// It or a span above it is shadow, synthetic or probe traffic.
        static let synthetic = Flags(rawValue: 1 << 4)
        /// Other variants of the same span exist.
        static let variant = Flags(rawValue: 1 << 5)
        /// Something that failed below it or before it explains what it noted.
        static let explained = Flags(rawValue: 1 << 6)
        /// At least one span below it in its chain leans on it.
        static let hasFailingChild = Flags(rawValue: 1 << 7)
        /// It or a span above it is best effort.
        static let bestEffort = Flags(rawValue: 1 << 8)
    }

    /// Position in the spans as they were handed over.
    var source: Int32
    /// Evidence of all copies of the span together.
    var evidence: Evidence
    var outcome: Outcome
    var answer: Answer
    var flags: Flags = []

    var parent: Int32 = -1
    /// Spans with one parent id, present or not, form a family; -1 for spans without a parent id.
    var family: Int32 = -1
    var nextSibling: Int32 = -1
    /// The first SERVER among its children.
    var serverChild: Int32 = -1
    var depth: Int32 = 0
    /// The top of the tree that it hangs in.
    var root: Int32 = -1

    /// The edge it lies under, as an index into `edges`.
    var edge: Int32 = -1
    /// Nearest SERVER or CONSUMER at or above it, not above its edge.
    var answerer: Int32 = -1
    /// Nearest SERVER at or above it that is no gateway, not above its edge.
    var reader: Int32 = -1

    /// The attempts of its call, as an index into `calls`.
    var call: Int32 = -1
    /// The failing span above it that its failure reached; -1 for the top of a chain.
    var reached: Int32 = -1
    /// The strongest evidence in it and in what reached it from below.
    var strength: Confidence = .weak
    var chain: Int32 = -1

    init(source: Int32, span: SpanFacts) {
        self.source = source
        evidence = span.evidence
        outcome = .fine
        answer = .unknown
    }
}

import Judging
import Symbols
import TraceModel

/// Two traces step by step: what one has and the other lacks, and where the same step ended otherwise.
struct TraceComparison {
    /// Steps that are shown; a longer trace is compared as far as this.
    static let stepsMax = 2_000
    /// A step that so many of the route's traces take is missed where it is not there.
    static let usualShareMin = 0.5

    struct Key: Hashable {
        let service: String
        let name: String
        let kind: SpanKind
    }

    struct Step {
        let depth: Int
        let key: Key
        let first: SpanDetail?
        let second: SpanDetail?

        /// The same step, with another result.
        var differs: Bool {
            guard let first, let second else { return false }
            return first.status != second.status || first.httpCode != second.httpCode
                || first.grpcCode != second.grpcCode || first.outcome != second.outcome
        }
    }

    private(set) var steps: [Step] = []

    /// `second` may be empty: then the first is told alone.
    init(_ first: [SpanDetail], _ second: [SpanDetail]) {
        let (left, right) = (Forest(first), Forest(second))
        var stack = [Frame(depth: 0, first: left.roots, second: right.roots)]
        while let frame = stack.popLast(), steps.count < Self.stepsMax {
            // A frame with one pair is a step; its children come before its neighbours.
            guard frame.isPair else {
                stack.append(contentsOf: Self.pairs(frame).reversed())
                continue
            }
            guard let shown = frame.first.first ?? frame.second.first else { continue }
            steps.append(
                Step(depth: frame.depth, key: Key(shown), first: frame.first.first, second: frame.second.first))
            let below = Frame(
                depth: frame.depth + 1, first: left.children(of: frame.first), second: right.children(of: frame.second))
            if !below.first.isEmpty || !below.second.isEmpty { stack.append(contentsOf: Self.pairs(below).reversed()) }
        }
    }

    private struct Frame {
        let depth: Int
        let first: [SpanDetail]
        let second: [SpanDetail]

        var isPair: Bool { first.count <= 1 && second.count <= 1 && (first.isEmpty || second.isEmpty || isSame) }
        private var isSame: Bool { first.first.map { Key($0) } == second.first.map { Key($0) } }
    }

    /// The nth call of a step stands beside the nth, in the order in which the first trace takes them.
    private static func pairs(_ frame: Frame) -> [Frame] {
        var rest = Dictionary(grouping: frame.second, by: Key.init).mapValues { $0[...] }
        var pairs: [Frame] = []
        for span in frame.first {
            let match = rest[Key(span)]?.popFirst()
            pairs.append(Frame(depth: frame.depth, first: [span], second: match.map { [$0] } ?? []))
        }
        let left = Set(rest.values.joined().map(\.spanID))
        for span in frame.second where left.contains(span.spanID) {
            pairs.append(Frame(depth: frame.depth, first: [], second: [span]))
        }
        return pairs
    }

    /// Steps of the one trace that the other does not take at all.
    func only(inFirst: Bool) -> [Key] {
        let there = Set(steps.filter { (inFirst ? $0.second : $0.first) != nil }.map(\.key))
        var seen: Set<Key> = []
        return steps.filter { (inFirst ? $0.first : $0.second) != nil && !there.contains($0.key) }.map(\.key)
            .filter { seen.insert($0).inserted }
    }
}

extension TraceComparison.Key {
    init(_ span: SpanDetail) {
        self.init(
            service: span.resource.qualifiedName,
            name: Self.reduced(
                span.route.isEmpty
                    ? span.name : [span.method.name, span.route].filter { !$0.isEmpty }.joined(separator: " ")),
            kind: span.kind)
    }

    /// A name that holds a path is the same step for every customer: `GET /cart/193` is `GET /cart/{}`, as in profiles.
    private static func reduced(_ name: String) -> String {
        let bytes = Array(name.utf8)
        guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")),
            slash == 0 || bytes[slash - 1] == UInt8(ascii: " ")
        else { return name }
        let path = bytes[slash...].withUnsafeBufferPointer { PathReducer.reduce($0) }
        return String(decoding: bytes[..<slash] + path, as: UTF8.self)
    }
}

/// Spans by their parents, earliest first. What has lost its parent begins a tree of its own.
private struct Forest {
    let roots: [SpanDetail]
    private let byParent: [SpanID: [SpanDetail]]

    init(_ spans: [SpanDetail]) {
        let known = Set(spans.map(\.spanID))
        roots = spans.filter { $0.parentID.isNone || !known.contains($0.parentID) || $0.parentID == $0.spanID }
        byParent = Dictionary(
            grouping: spans.filter { !$0.parentID.isNone && $0.parentID != $0.spanID }, by: \.parentID)
    }

    func children(of spans: [SpanDetail]) -> [SpanDetail] { spans.flatMap { byParent[$0.spanID] ?? [] } }
}

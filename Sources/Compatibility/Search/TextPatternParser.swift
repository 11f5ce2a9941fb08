/// Reads a pattern into states. The tree is built first, since repetitions copy parts of it.
struct TextPatternParser {
    private indirect enum Node {
        case take(CharacterRange)
        case sequence([Node])
        case choice([Node])
        case repeated(Node, Int, Int?)
        case atStart
        case atEnd
    }

    private static let depthMax = 32
    private static let repeatsMax = 256
    private static let emitsMax = 20_000

    let ignoresCase: Bool
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var states: [TextPattern.State] = []
    /// Repetitions of nothing make no state, and must still end.
    private var emits = 0

    init(_ text: String) {
        ignoresCase = text.hasPrefix("(?i)")
        scalars = Array((ignoresCase ? text.dropFirst(4).lowercased() : text).unicodeScalars)
    }

    mutating func compile() throws(TextPattern.Mistake) -> (states: [TextPattern.State], start: Int) {
        let tree = try choice(depth: 0)
        guard position == scalars.count else { throw mistake("a ) that closes nothing") }
        states = [.accept]
        let start = try emit(tree, before: 0)
        return (states, start)
    }

    private func mistake(_ detail: String) -> TextPattern.Mistake {
        TextPattern.Mistake(detail: "the pattern has \(detail)")
    }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    private mutating func choice(depth: Int) throws(TextPattern.Mistake) -> Node {
        guard depth < Self.depthMax else { throw mistake("more than \(Self.depthMax) groups within each other") }
        var branches = [try sequence(depth: depth)]
        while take("|") { branches.append(try sequence(depth: depth)) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence(depth: Int) throws(TextPattern.Mistake) -> Node {
        var nodes: [Node] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            nodes.append(try repeats(of: try atom(depth: depth)))
        }
        return .sequence(nodes)
    }

    private mutating func atom(depth: Int) throws(TextPattern.Mistake) -> Node {
        guard let scalar = next else { throw mistake("an end where something should stand") }
        position += 1
        switch scalar {
        case ".": return .take(.any)
        case "^": return .atStart
        case "$": return .atEnd
        case "[": return .take(try characterClass())
        case "(":
            if take("?"), !take(":") { throw mistake("a (? that is not understood; (?: and a leading (?i) are") }
            let inner = try choice(depth: depth + 1)
            guard take(")") else { throw mistake("a ( that nothing closes") }
            return inner
        case "\\": return .take(try escaped())
        case "*", "+", "?", "{": throw mistake("a \(scalar) that repeats nothing")
        default: return .take(.one(scalar))
        }
    }

    private mutating func escaped() throws(TextPattern.Mistake) -> CharacterRange {
        guard let letter = next else { throw mistake("a \\ at its end") }
        position += 1
        if let known = CharacterRange.escape(letter) { return known }
        guard !letter.properties.isAlphabetic, letter.properties.numericType == nil else {
            throw mistake("an escape \\\(letter) that is not understood")
        }
        return .one(letter)
    }

    private mutating func characterClass() throws(TextPattern.Mistake) -> CharacterRange {
        var range = CharacterRange(ranges: [], isNegated: take("^"))
        var isFirst = true
        while let scalar = next, scalar != "]" || isFirst {
            isFirst = false
            position += 1
            var low = CharacterRange.one(scalar)
            if scalar == "\\" { low = try escaped() }
            guard !low.isNegated else { throw mistake("a negated class within a class") }
            guard next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
                range.ranges += low.ranges
                continue
            }
            position += 1
            let high = try rangeEnd()
            guard low.ranges.count == 1, high.ranges.count == 1, low.ranges[0].lowerBound <= high.ranges[0].upperBound
            else { throw mistake("a range that runs down") }
            range.ranges.append(low.ranges[0].lowerBound...high.ranges[0].upperBound)
        }
        guard take("]") else { throw mistake("a [ that nothing closes") }
        return range
    }

    private mutating func rangeEnd() throws(TextPattern.Mistake) -> CharacterRange {
        if take("\\") {
            let end = try escaped()
            guard !end.isNegated else { throw mistake("a negated class within a class") }
            return end
        }
        position += 1
        return .one(scalars[position - 1])
    }

    private mutating func repeats(of atom: Node) throws(TextPattern.Mistake) -> Node {
        var node = atom
        while let scalar = next {
            switch scalar {
            case "*": node = .repeated(node, 0, nil)
            case "+": node = .repeated(node, 1, nil)
            case "?": node = .repeated(node, 0, 1)
            case "{":
                position += 1
                node = try counted(node)
                continue
            default: return node
            }
            position += 1
        }
        return node
    }

    private mutating func counted(_ node: Node) throws(TextPattern.Mistake) -> Node {
        guard let low = number() else { throw mistake("a { without a number") }
        var high: Int? = low
        if take(",") { high = number() }
        guard take("}"), high.map({ $0 >= low }) ?? true else { throw mistake("a { that is no count") }
        return .repeated(node, low, high)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let digit = next.flatMap({ $0.isASCII ? Character($0).wholeNumberValue : nil }) {
            value = min((value ?? 0) * 10 + digit, Self.repeatsMax)
            position += 1
        }
        return value
    }

    /// Appends the states of a node that goes on to `target`, and says where it begins.
    private mutating func emit(_ node: Node, before target: Int) throws(TextPattern.Mistake) -> Int {
        emits += 1
        guard emits < Self.emitsMax else { throw mistake("too many repetitions") }
        switch node {
        case .take(let range): return try append(.take(range, next: target))
        case .atStart: return try append(.atStart(next: target))
        case .atEnd: return try append(.atEnd(next: target))
        case .sequence(let nodes):
            var start = target
            for node in nodes.reversed() { start = try emit(node, before: start) }
            return start
        case .choice(let branches):
            var start = try emit(branches[branches.count - 1], before: target)
            for branch in branches.dropLast().reversed() {
                start = try append(.split(try emit(branch, before: target), start))
            }
            return start
        case .repeated(let inner, let low, let high): return try emit(inner, low, high, before: target)
        }
    }

    private mutating func emit(
        _ inner: Node, _ low: Int, _ high: Int?, before target: Int
    ) throws(TextPattern.Mistake) -> Int {
        var start = target
        if let high {
            for _ in low..<max(high, low) { start = try append(.split(try emit(inner, before: start), target)) }
        } else {
            // The loop's own state comes first, so that its body can point back to it.
            let loop = try append(.split(target, target))
            states[loop] = .split(try emit(inner, before: loop), target)
            start = loop
        }
        for _ in 0..<low { start = try emit(inner, before: start) }
        return start
    }

    private mutating func append(_ state: TextPattern.State) throws(TextPattern.Mistake) -> Int {
        guard states.count < TextPattern.statesMax else { throw mistake("more than \(TextPattern.statesMax) steps") }
        states.append(state)
        return states.count - 1
    }
}

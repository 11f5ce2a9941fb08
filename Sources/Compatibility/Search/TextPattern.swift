/// A regular expression that never takes longer than its length times the text's: a set of states walks over the text,
/// nothing is tried and taken back. Whole texts are matched, as in TraceQL.
///
/// It knows characters, `.`, classes, groups, `|`, `*`, `+`, `?`, `{m,n}`, `^`, `$`, `\d \w \s` with their capitals,
/// and `(?i)` at the front.
struct TextPattern: Sendable {
    struct Mistake: Error {
        let detail: String
    }

    /// Repetitions are written out, so this bounds both time and memory.
    static let statesMax = 512
    /// Longer texts are matched by their beginning; attributes are cut at this length on the way in.
    static let scalarsMax = 4096

    enum State: Sendable {
        case take(CharacterRange, next: Int)
        case split(Int, Int)
        case atStart(next: Int)
        case atEnd(next: Int)
        case accept
    }

    private let states: [State]
    private let start: Int
    private let ignoresCase: Bool

    init(_ text: String) throws(Mistake) {
        var parser = TextPatternParser(text)
        ignoresCase = parser.ignoresCase
        (states, start) = try parser.compile()
    }

    func matches(_ text: String) -> Bool {
        let scalars = (ignoresCase ? text.lowercased() : text).unicodeScalars.prefix(Self.scalarsMax)
        let count = scalars.count
        var current = StateSet(states.count)
        add(start, to: &current, isStart: true, isEnd: count == 0)
        for (index, scalar) in scalars.enumerated() {
            if current.members.isEmpty { return false }
            var next = StateSet(states.count)
            for state in current.members {
                if case .take(let range, let target) = states[state], range.contains(scalar) {
                    add(target, to: &next, isStart: false, isEnd: index + 1 == count)
                }
            }
            current = next
        }
        return current.members.contains { if case .accept = states[$0] { true } else { false } }
    }

    private func add(_ state: Int, to set: inout StateSet, isStart: Bool, isEnd: Bool) {
        var waiting = [state]
        while let state = waiting.popLast() {
            guard set.insert(state) else { continue }
            switch states[state] {
            case .split(let left, let right): waiting += [left, right]
            case .atStart(let next): if isStart { waiting.append(next) }
            case .atEnd(let next): if isEnd { waiting.append(next) }
            case .take, .accept: break
            }
        }
    }

    private struct StateSet {
        private var isMember: [Bool]
        private(set) var members: [Int] = []

        init(_ count: Int) { isMember = [Bool](repeating: false, count: count) }

        mutating func insert(_ state: Int) -> Bool {
            if isMember[state] { return false }
            isMember[state] = true
            members.append(state)
            return true
        }
    }
}

/// The characters that one place of a pattern takes.
struct CharacterRange: Sendable {
    var ranges: [ClosedRange<UInt32>]
    var isNegated = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } != isNegated
    }

    static let any = CharacterRange(ranges: [], isNegated: true)

    static func one(_ scalar: Unicode.Scalar) -> CharacterRange {
        CharacterRange(ranges: [scalar.value...scalar.value])
    }

    /// `\d` and its kin; nil for a letter that means nothing special.
    static func escape(_ letter: Unicode.Scalar) -> CharacterRange? {
        switch letter {
        case "d": CharacterRange(ranges: [0x30...0x39])
        case "D": CharacterRange(ranges: [0x30...0x39], isNegated: true)
        case "w": CharacterRange(ranges: word)
        case "W": CharacterRange(ranges: word, isNegated: true)
        case "s": CharacterRange(ranges: [0x09...0x0D, 0x20...0x20])
        case "S": CharacterRange(ranges: [0x09...0x0D, 0x20...0x20], isNegated: true)
        case "n": one("\n")
        case "t": one("\t")
        case "r": one("\r")
        default: nil
        }
    }

    private static let word: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
}

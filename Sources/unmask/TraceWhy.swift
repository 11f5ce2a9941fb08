import JSON
import Query
import TraceModel

/// The verdict of one trace as prose: what was said and what was so, by which rule, on what evidence, how surely, and
/// what would make it otherwise. Reads the collector's JSON alone.
struct TraceWhy {
    private static let chainsMax = 10
    private static let evidenceMax = 12
    /// Room for two places whose every sign had to be escaped.
    private static let lineColumnsMax = 2400

    private let verdict: JSONValue?
    private let spans: [String: JSONValue]
    private let style: TextStyle

    init(_ document: JSONValue, _ style: TextStyle) {
        verdict = document["verdict"]
        spans = Dictionary(
            (document["spans"]?.array ?? []).compactMap { span in span["spanId"]?.string.map { ($0, span) } },
            uniquingKeysWith: { first, second in first["kind"]?.string == "server" ? first : second })
        self.style = style
    }

    func text() -> String {
        let chains = verdict?["chains"]?.array ?? []
        var lines: [String] = []
        for (index, chain) in chains.prefix(Self.chainsMax).enumerated() {
            lines.append("")
            lines += self.lines(chain, number: chains.count > 1 ? index + 1 : nil)
        }
        if chains.count > Self.chainsMax {
            lines += ["", "\(chains.count - Self.chainsMax) more chains are not told."]
        }
        lines += edgeLines(isAlone: chains.isEmpty) + completenessLines()
        return lines.map { SafeText.escape($0, columnsMax: Self.lineColumnsMax, style: style) + "\n" }.joined()
    }

    private func lines(_ chain: JSONValue, number: Int?) -> [String] {
        let rule = chain["rule"]?.string ?? ""
        let told = ChainRule(name: rule).map { RuleSentence($0) }
        let story = ChainStory(chain, verdict, spans).sentence
        var lines = [(number.map { "\($0). " } ?? "") + story]
        lines.append("  Rule: \(told?.reason ?? "it has no sentence here") (\(rule)).")
        let items = (chain["evidence"]?.array ?? []).map { item in
            "    - \(item["text"]?.string ?? item["fact"]?.string ?? "?") (\(item["strength"]?.string ?? "?"))"
        }
        lines.append(items.isEmpty ? "  Evidence: the shape of the trace alone." : "  Evidence:")
        lines += items.prefix(Self.evidenceMax)
        if items.count > Self.evidenceMax { lines.append("    - and \(items.count - Self.evidenceMax) more") }
        lines.append("  Confidence: \(confidence(chain)).")
        if let told { lines.append("  Otherwise: \(told.otherwise).") }
        return lines
    }

    private func confidence(_ chain: JSONValue) -> String {
        let name = chain["confidence"]?.string ?? "unknown"
        if chain["detached"]?.bool == true { return "\(name), as a span between it and the edge is missing" }
        switch name {
        case "strong": return "strong, as it can be read off the spans"
        case "medium": return "medium, as one of its signs is indirect"
        case "weak": return "weak, as there are only hints"
        default: return name
        }
    }

    /// Where no chain tells anything, the edge does.
    private func edgeLines(isAlone: Bool) -> [String] {
        guard isAlone, let verdict else { return [] }
        guard let edge = verdict["edge"], let place = TraceWords.place(edge, "route") else {
            return ["", "Nobody in this trace answers an outside caller, so there is nothing to compare with."]
        }
        let code = TraceWords.code(edge)
        let answered = code.map { "\(place) answered \($0)" } ?? "\(place) says nothing of its answer"
        switch verdict["verdict"]?.string {
        case "clean": return ["", "\(answered), and no span below speaks against it."]
        case "failed": return ["", "\(answered), and that is the failure itself."]
        case "refused": return ["", "\(answered), which is the caller's to mend; nothing broke below."]
        case "aborted": return ["", "\(answered); its caller had gone away."]
        default: return ["", "\(answered)."]
        }
    }

    private func completenessLines() -> [String] {
        let reasons = (verdict?["reasons"]?.array ?? []).compactMap(\.string)
        guard !reasons.isEmpty else { return [] }
        return ["", "What weakens the verdict: \(reasons.map { ReasonWords.sentence($0) }.joined(separator: "; "))."]
    }
}

/// Why a verdict is weaker than it could be.
enum ReasonWords {
    static func sentence(_ name: String) -> String {
        guard let reason = VerdictReason.allCases.first(where: { $0.name == name }) else { return name }
        switch reason {
        case .noEdge: return "no span answers an outside caller"
        case .edgeWithoutAnswer: return "the edge says nothing of its answer"
        case .missingParents: return "spans are missing to which others refer as their parents"
        case .preexistingFailure: return "something had failed before the caller went away"
        case .traceTruncated: return "the trace has more spans than are judged"
        case .parentCycle: return "spans name each other as parents in a circle"
        case .spansDropped: return "spans of the trace were dropped"
        }
    }
}

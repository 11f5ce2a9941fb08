import JSON

/// Two lines of prose: what became of the trace; where it began and where it was swallowed.
enum TraceSummary {
    /// Room for two places whose every sign had to be escaped.
    private static let lineColumnsMax = 2400

    static func text(_ document: JSONValue, _ style: TextStyle) -> String {
        let verdict = document["verdict"]
        let lines =
            [headline(verdict, document["traceId"]?.string ?? "?", style), chainLine(verdict)] + notes(document)
        return lines.enumerated().map { index, line in
            let safe = SafeText.escape(line, columnsMax: lineColumnsMax, style: style)
            return (index == 0 ? paint(safe, verdict?["verdict"]?.string, style) : safe) + "\n"
        }.joined()
    }

    private static func paint(_ line: String, _ verdict: String?, _ style: TextStyle) -> String {
        switch verdict {
        case "masked", "failed": style.red(line)
        case "degraded", "suspect": style.yellow(line)
        default: style.bold(line)
        }
    }

    private static func headline(_ verdict: JSONValue?, _ id: String, _ style: TextStyle) -> String {
        guard let verdict, let kind = verdict["verdict"]?.string else { return "Trace \(id) has no verdict yet." }
        let state = verdict["state"]?.string.flatMap { $0 == "final" ? nil : ", \($0)" } ?? ""
        let confidence = verdict["confidence"]?.string ?? "unknown"
        let head = "Trace \(id) is \(kind) (\(confidence) confidence\(state))"
        guard let edge = verdict["edge"], let place = TraceWords.place(edge, "route") else {
            return "\(head)."
        }
        return "\(head): \(place) answered \(TraceWords.code(edge) ?? "without a code"), \(meaning(kind))."
    }

    /// What the verdict says about the answer.
    private static func meaning(_ kind: String) -> String {
        switch kind {
        case "masked": "but a failure below was hidden"
        case "failed": "and said so honestly"
        case "degraded": "but something lesser stood in for a failed call"
        case "suspect": "but something below looks wrong"
        case "recovered": "and what failed below was repaired"
        case "expected": "and what failed below was meant to"
        case "clean": "and nothing below failed"
        case "refused": "which refused the caller and hides nothing"
        case "aborted": "as the caller had gone away"
        default: "and that is not enough to judge"
        }
    }

    private static func chainLine(_ verdict: JSONValue?) -> String {
        guard let chain = verdict?["chains"]?.array?.first, let origin = TraceWords.place(chain["origin"], "operation")
        else {
            let reasons = (verdict?["reasons"]?.array ?? []).compactMap(\.string)
            return reasons.isEmpty ? "No failure was found in it." : "Missing: \(reasons.joined(separator: ", "))."
        }
        let began = "It began in \(origin) (\(chain["origin"]?["class"]?.string ?? "unknown"))"
        guard let place = TraceWords.place(chain["maskPoint"], "operation") else { return "\(began)." }
        return "\(began) and was swallowed in \(place) (\(chain["kind"]?.string ?? "unknown"))."
    }

    private static func notes(_ document: JSONValue) -> [String] {
        let more = max(0, (document["verdict"]?["chains"]?.array?.count ?? 0) - 1)
        return [
            more > 0 ? "\(more) more chains of failure are marked below." : nil,
            document["payload"]?.string == "evicted" ? "Attributes of its spans are gone from memory." : nil,
        ].compactMap { $0 }
    }
}

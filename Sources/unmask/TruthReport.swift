import TraceModel

/// Verdicts against the truth: a table of who was taken for what, precision and recall of `masked`, the same for a
/// naive query, and every miss.
struct TruthReport {
    private let traces: RecordedTraces
    private var judged: [Judged] = []
    private var missing = 0

    struct Judged {
        var entry: TruthFile.Entry
        var trace: RecordedTraces.Trace
    }

    init(_ truth: TruthFile, _ traces: RecordedTraces) {
        self.traces = traces
        let known = Dictionary(traces.traces.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for entry in truth.entries {
            guard let trace = known[entry.trace] else {
                missing += 1
                continue
            }
            judged.append(Judged(entry: entry, trace: trace))
        }
    }

    func text(_ style: TextStyle) -> String {
        let misses = judged.compactMap { miss($0) }
        let wrong = judged.count { !isRight($0) }
        var text = confusion(style) + "\n" + scores(style) + "\n"
        text += "\(judged.count) traces with a truth, \(judged.count - wrong) verdicts right, \(wrong) wrong, "
        text += "\(misses.count - wrong) right with another mask point, origin or kind\n"
        if missing > 0 { text += "\(missing) traces of the truth are not in these files\n" }
        return misses.isEmpty ? text : text + "\n" + table(misses, style)
    }

    private func isRight(_ one: Judged) -> Bool { one.entry.verdicts.contains(one.trace.verdict.kind.name) }

    private func confusion(_ style: TextStyle) -> String {
        let got = VerdictKind.allCases.filter { kind in judged.contains { $0.trace.verdict.kind == kind } }
        let expected = Set(judged.map { $0.entry.verdicts.joined(separator: "|") }).sorted()
        var table = TextTable(
            columns: [.fixed("EXPECTED \\ GOT")] + got.map { .fixed($0.name) } + [.fixed("RIGHT")])
        for label in expected {
            let row = judged.filter { $0.entry.verdicts.joined(separator: "|") == label }
            let counts = got.map { kind in String(row.count { $0.trace.verdict.kind == kind }) }
            table.add([label] + counts.map { $0 == "0" ? "." : $0 } + ["\(row.count { isRight($0) })/\(row.count)"])
        }
        return table.text(style)
    }

    private func scores(_ style: TextStyle) -> String {
        var table = TextTable(columns: [
            .fixed("FINDING MASKED"), .fixed("HITS"), .fixed("FALSE"), .fixed("MISSED"), .fixed("PRECISION"),
            .fixed("RECALL"),
        ])
        let ways: [(String, (Judged) -> Bool)] = [
            ("unmask", { $0.trace.verdict.kind == .masked }),
            ("root ok and any span in error", { NaiveQuery.matches($0.trace.facts) }),
        ]
        for (name, finds) in ways {
            let found = judged.filter(finds)
            let hits = found.count { $0.entry.verdicts.contains("masked") }
            let missed = judged.count { $0.entry.verdicts == ["masked"] && !finds($0) }
            table.add([
                name, String(hits), String(found.count - hits), String(missed), share(hits, of: found.count),
                share(hits, of: hits + missed),
            ])
        }
        return table.text(style)
    }

    private func share(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "-" }
        let tenths = (part * 1000 + whole / 2) / whole
        return "\(tenths / 10).\(tenths % 10) %"
    }

    private func table(_ misses: [[String]], _ style: TextStyle) -> String {
        var table = TextTable(columns: [
            .fixed("MISSED TRACE"), .fixed("SCENARIO"), .fixed("EXPECTED"), .fixed("GOT"), .flexible("DIFFERENCE"),
        ])
        for miss in misses { table.add(miss.map { SafeText.escape($0, style: style) }) }
        return table.text(style)
    }
}

extension TruthReport {
    /// What is wrong about one verdict; nil where nothing is.
    private func miss(_ one: Judged) -> [String]? {
        let differences = differences(one)
        if isRight(one), differences.isEmpty { return nil }
        let chain = one.trace.verdict.leadingChain
        let detail = differences.isEmpty ? chain.map { "leading chain: \(words($0))" } ?? "no chain" : differences
        return [
            one.trace.id.description, one.entry.scenario, one.entry.verdicts.joined(separator: "|"),
            one.trace.verdict.kind.name, detail,
        ]
    }

    /// Only a masked chain has what the truth speaks of.
    private func differences(_ one: Judged) -> String {
        guard one.trace.verdict.kind == .masked, isRight(one), let chain = one.trace.verdict.leadingChain else {
            return ""
        }
        let checks: [(String, [String]?, String)] = [
            ("kind", one.entry.maskKinds, chain.kind?.name ?? "-"),
            ("swallowed in", one.entry.maskService.map { [$0] }, chain.maskPoint.map { service($0) } ?? "-"),
            ("began in", one.entry.originService.map { [$0] }, service(chain.origin)),
            ("class", one.entry.originClass.map { [$0] }, chain.originClass.name),
        ]
        return checks.compactMap { name, expected, got in
            guard let expected, !expected.contains(got) else { return nil }
            return "\(name) \(got), not \(expected.joined(separator: " or "))"
        }.joined(separator: "; ")
    }

    private func service(_ point: ChainPoint) -> String {
        let name = traces.name(point.service)
        return point.isPeer ? "peer:\(name)" : String(name.split(separator: "/").last ?? "")
    }

    private func words(_ chain: ChainFinding) -> String {
        "\(chain.disposition.name) \(chain.kind?.name ?? "-") by \(chain.rule.name), began in "
            + "\(JudgeText.place(chain.origin, traces)) (\(chain.originClass.name))"
    }
}

/// What tracing tools offer for this question: the root looks fine, and some span is in error.
enum NaiveQuery {
    static func matches(_ spans: [SpanFacts]) -> Bool {
        guard let root = spans.first(where: { $0.parentID.isNone }), root.status != .error, root.httpCode < 500 else {
            return false
        }
        return spans.contains { $0.status == .error || $0.evidence.contains(.errorTag) }
    }
}

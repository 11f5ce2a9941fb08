import Configuration

/// Draws the tree: a line for each span, one for many siblings that are alike, and words beside the marked ones.
struct TraceTreeText {
    let tree: TraceTree
    let marks: TraceMarks
    let style: TextStyle

    /// Deeper levels are drawn at this one, with their depth in front.
    private static let depthMax = 16
    /// So many siblings that are alike become one line.
    private static let repeatsMin = 3

    private struct Step {
        var index: Int
        var depth: Int
        /// What stands before the connector of this line.
        var margin: String
        var isLast: Bool
        /// All spans that this line stands for.
        var twins: [Int]
    }

    func text() -> String {
        guard !tree.lines.isEmpty else { return "(no spans)\n" }
        let shapes = TraceShapes.all(tree) { !marks[tree.lines[$0].id].isEmpty }
        var text = ""
        var stack = Array(steps(tree.roots, 0, "", shapes).reversed())
        while let step = stack.popLast() {
            text += line(step)
            let margin = step.depth == 0 || step.depth > Self.depthMax ? step.margin : step.margin + below(step)
            stack += steps(tree.children[step.index], step.depth + 1, margin, shapes).reversed()
        }
        return text
    }

    private func below(_ step: Step) -> String { step.isLast ? "   " : style.pick("│  ", "|  ") }

    private func steps(_ siblings: [Int], _ depth: Int, _ margin: String, _ shapes: [Int]) -> [Step] {
        var steps: [Step] = []
        for run in Self.runs(siblings, shapes) {
            let groups = run.count >= Self.repeatsMin ? [run] : run.map { [$0] }
            steps += groups.map { Step(index: $0[0], depth: depth, margin: margin, isLast: false, twins: $0) }
        }
        if !steps.isEmpty { steps[steps.count - 1].isLast = true }
        return steps
    }

    private static func runs(_ siblings: [Int], _ shapes: [Int]) -> [[Int]] {
        var runs: [[Int]] = []
        for index in siblings {
            if let last = runs.last?.last, shapes[last] == shapes[index] {
                runs[runs.count - 1].append(index)
            } else {
                runs.append([index])
            }
        }
        return runs
    }
}

extension TraceTreeText {
    private func line(_ step: Step) -> String {
        let line = tree.lines[step.index]
        let start = step.margin + connector(step)
        let marks = self.marks[line.id] + (tree.isOrphan(step.index) ? ["(its parent is missing)"] : [])
        let end = [line.kind, duration(step), line.code].filter { !$0.isEmpty }.joined(separator: "  ")
        let taken =
            SafeText.columns(start) + SafeText.columns(end) + marks.reduce(0) { $0 + SafeText.columns($1) + 2 } + 2
        let room = max(24, (style.columns ?? 160) - taken)
        let name = SafeText.escape("\(line.service) \(line.operation)", columnsMax: room, style: style)
        let shownEnd = line.isFailing ? style.yellow(end) : end
        return ([start + name, shownEnd] + marks.map { style.red($0) }).joined(separator: "  ") + "\n"
    }

    private func connector(_ step: Step) -> String {
        if step.depth == 0 { return "" }
        let branch = step.isLast ? style.pick("└─ ", "`- ") : style.pick("├─ ", "|- ")
        return step.depth > Self.depthMax ? "\(branch)[level \(step.depth)] " : branch
    }

    private func duration(_ step: Step) -> String {
        let durations = step.twins.map { tree.lines[$0].durationNanoseconds }
        guard durations.count > 1, let least = durations.min(), let most = durations.max() else {
            return DurationText.short(durations.first ?? 0)
        }
        let range = "\(DurationText.short(least)) to \(DurationText.short(most))"
        return "\(style.pick("×", "x"))\(durations.count)  \(least == most ? DurationText.short(most) : range)"
    }
}

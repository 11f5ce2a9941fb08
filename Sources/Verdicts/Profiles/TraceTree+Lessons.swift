import TraceModel

/// What a judged trace teaches about its routes.
extension TraceTree {
    /// Spans of one edge whose order is compared; of a larger trace only the first are.
    private static var orderedMax: Int { 128 }

    /// One lesson for each edge that was told OK, and of which nothing has to be told but what is expected.
    func lessons(_ isWanted: (ProfileKey) -> Bool) -> [Lesson] {
        var lessons: [Lesson] = []
        for index in edges.indices where edges[index].worst == .clean || edges[index].worst == .expected {
            let key = key(of: edges[index])
            guard self[edges[index].node].answer == .ok, !key.isOverflow,
                !self[edges[index].node].flags.contains(.synthetic), isWanted(key)
            else { continue }
            lessons.append(lesson(Int32(index), key))
        }
        return lessons
    }

    private func lesson(_ edge: Int32, _ key: ProfileKey) -> Lesson {
        let node = edges[Int(edge)].node
        let span = span(node)
        var lesson = Lesson(
            key: key, steps: [], durationNanoseconds: span.durationNanoseconds, answerSize: span.answerSize,
            isHTML: answersWithHTML(node), isGatewayAlone: isGatewayAlone(edge))
        var ordered: [(node: Int32, step: Int)] = []
        for node in nodes(of: edge) where kind(node).isHop {
            guard hop(node).service != .overflow, let step = place(node, in: &lesson) else { continue }
            if !kind(node).answers, ordered.count < Self.orderedMax { ordered.append((node, step)) }
        }
        for first in ordered {
            for then in ordered where isNext(then.node, after: first.node) {
                lesson.steps[first.step].followers |= 1 << UInt64(then.step)
            }
        }
        return lesson
    }

    private func place(_ node: Int32, in lesson: inout Lesson) -> Int? {
        let id = hopID(node)
        if let known = lesson.steps.firstIndex(where: { $0.id == id }) {
            lesson.steps[known].calls += 1
            return known
        }
        guard lesson.steps.count < Lesson.stepsMax else { return nil }
        lesson.steps.append(Lesson.Step(id: id, hop: hop(node), above: stepAbove(node), calls: 1, followers: 0))
        return lesson.steps.count - 1
    }

    private func stepAbove(_ node: Int32) -> HopID? {
        let above = hopAbove[Int(node)]
        return above >= 0 && self[above].edge == self[node].edge ? hopID(above) : nil
    }

    private func isNext(_ then: Int32, after first: Int32) -> Bool {
        then != first && self[then].answerer == self[first].answerer && shareProcess(then, first)
            && start(then) >= end(first)
    }
}

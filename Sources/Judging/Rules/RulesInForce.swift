package import Synchronization
import TraceModel
import TraceStore
import Verdicts

/// The rules that hold now. Exchanged whole by whoever reads the configuration; the judge's thread looks between two
/// traces whether they have changed.
package final class RulesInForce: Sendable {
    /// Grows by one with each exchange.
    package let version = Atomic<UInt64>(0)
    private let rules: Mutex<RuleSet>

    package init(_ rules: RuleSet = RuleSet()) {
        self.rules = Mutex(rules)
    }

    package var current: RuleSet { rules.withLock { $0 } }

    package func exchange(_ new: RuleSet) {
        rules.withLock { $0 = new }
        version.add(1, ordering: .releasing)
    }
}

/// A judge that follows the rules in force. One thread's.
struct JudgeSeat {
    let judge: Judge
    private(set) var rules: RuleSet
    private let source: RulesInForce
    private var version: UInt64

    init(_ source: RulesInForce) {
        self.source = source
        // The number first: rules that change in between are only taken twice.
        version = source.version.load(ordering: .acquiring)
        rules = source.current
        judge = Judge(rules: rules.judge)
    }

    /// Between two traces.
    mutating func refresh() {
        let latest = source.version.load(ordering: .acquiring)
        guard latest != version else { return }
        version = latest
        rules = source.current
        judge.rules = rules.judge
    }

    /// Plainly clean traces of which a rule may think otherwise: too slow, or with edges of their own inside.
    func takeThoseThatRulesAskFor(from clean: inout [SettledTrace]) -> [TraceID] {
        let hasInnerEdges = !rules.judge.edgeServices.isEmpty
        let limit = rules.judge.objectiveNanosecondsMin
        guard hasInnerEdges || limit < .max else { return [] }
        var asked: [TraceID] = []
        clean.removeAll { trace in
            let isAsked = hasInnerEdges || trace.durationNanoseconds > limit
            if isAsked { asked.append(trace.id) }
            return isAsked
        }
        return asked
    }
}

package import Findings
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

    /// Other rules of the configuration; people's marks stay.
    package func exchange(_ new: RuleSet) {
        rules.withLock { rules in
            let marks = rules.marks
            rules = new
            rules.marks = marks
        }
        version.add(1, ordering: .releasing)
    }

    /// Other marks on patterns; the rules of the configuration stay.
    package func exchange(marks: [Fingerprint: PatternMark.Kind]) {
        rules.withLock { $0.marks = marks }
        version.add(1, ordering: .releasing)
    }
}

/// A judge that follows the rules in force. One thread's.
struct JudgeSeat {
    let judge: Judge
    /// The rules in force, and those before them: what was counted under these is taken back under these. The newest
    /// first, as many as an epoch can tell apart.
    private var latest: [RuleSet]
    /// Which of them a clean trace is counted under; wraps.
    private(set) var epoch: UInt8 = 0
    private let source: RulesInForce
    private var version: UInt64

    var rules: RuleSet { latest[0] }

    init(_ source: RulesInForce) {
        self.source = source
        // The number first: rules that change in between are only taken twice.
        version = source.version.load(ordering: .acquiring)
        latest = [source.current]
        judge = Judge(rules: latest[0].judge)
    }

    /// Between two traces. Says whether the rules are others now.
    @discardableResult
    mutating func refresh() -> Bool {
        let newest = source.version.load(ordering: .acquiring)
        guard newest != version else { return false }
        version = newest
        latest.insert(source.current, at: 0)
        latest = Array(latest.prefix(TraceSnapshot.cleanEpochs))
        epoch = (epoch + 1) % UInt8(TraceSnapshot.cleanEpochs)
        judge.rules = rules.judge
        return true
    }

    /// The latest rules of this epoch.
    func rules(ofEpoch epoch: UInt8) -> RuleSet {
        let age = (Int(self.epoch) - Int(epoch) + TraceSnapshot.cleanEpochs) % TraceSnapshot.cleanEpochs
        return latest[min(age, latest.count - 1)]
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

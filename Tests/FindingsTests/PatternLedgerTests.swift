import Findings
import Testing
import TraceModel

@Suite struct PatternLedgerTests {
    private static let fingerprint = Sample.masked(1).fingerprint ?? Fingerprint(raw: 0)

    private static func first(_ finding: Finding) -> FindingsLog.Change {
        FindingsLog.Change(before: nil, after: finding)
    }

    @Test func patternTellsItsNamesNumbersAndExamples() throws {
        let ledger = PatternLedger()
        for number in 1...20 {
            ledger.record(change: Self.first(Sample.masked(number, decided: Sample.start + UInt64(number), weight: 2)))
        }
        let pattern = try #require(ledger.pattern(Self.fingerprint))
        #expect(ledger.snapshot() == [pattern])
        #expect(pattern.count == 20)
        #expect(pattern.weight == 40)
        #expect(pattern.verdict == .masked)
        #expect(pattern.names == Sample.masked(1).patternNames)
        #expect(pattern.firstSeenNanoseconds == Sample.start + 1)
        #expect(pattern.lastSeenNanoseconds == Sample.start + 20)
        #expect(pattern.firstExamples.map(\.traceID) == [1, 2, 3].map(Sample.id))
        #expect(pattern.latestExamples.map(\.traceID) == (11...20).reversed().map(Sample.id))
        #expect(ledger.minutes(Self.fingerprint).map(\.count) == [20])
    }

    @Test func maskedThatTurnsOutRecoveredLeavesNoPattern() throws {
        let log = FindingsLog()
        let ledger = PatternLedger()
        ledger.record(change: try #require(log.publish(Sample.masked(1))))
        ledger.record(change: try #require(log.publish(Sample.recovered(1))))
        #expect(ledger.snapshot().isEmpty)
        #expect(ledger.pattern(Self.fingerprint) == nil)
        #expect(ledger.minutes(Self.fingerprint).isEmpty)
    }

    @Test func tracesThatLeaveAPatternLeaveItsExamplesToo() throws {
        let log = FindingsLog()
        let ledger = PatternLedger()
        for number in 1...5 {
            let finding = Sample.masked(number, decided: Sample.start + UInt64(number))
            ledger.record(change: try #require(log.publish(finding)))
        }
        for number in [1, 5] { ledger.record(change: try #require(log.publish(Sample.recovered(number)))) }
        let pattern = try #require(ledger.pattern(Self.fingerprint))
        #expect(pattern.count == 3)
        #expect(pattern.firstExamples.map(\.traceID) == [2, 3].map(Sample.id))
        #expect(pattern.latestExamples.map(\.traceID) == [4, 3, 2].map(Sample.id))
        #expect(pattern.firstSeenNanoseconds == Sample.start + 2)
        #expect(pattern.lastSeenNanoseconds == Sample.start + 4)
    }

    @Test func suspectThatIsPromotedStaysInItsPattern() throws {
        let log = FindingsLog()
        let ledger = PatternLedger()
        var finding = Sample.masked(1)
        finding.verdict = .suspect
        ledger.record(change: try #require(log.publish(finding)))
        #expect(ledger.pattern(Self.fingerprint)?.verdict == .suspect)
        ledger.record(change: try #require(log.publish(Sample.masked(1))))
        #expect(ledger.pattern(Self.fingerprint)?.verdict == .masked)
        #expect(ledger.pattern(Self.fingerprint)?.count == 1)
    }

    @Test func twoChainsOfOnePatternAreOneTrace() {
        let ledger = PatternLedger()
        var finding = Sample.masked(1)
        finding.otherChains = [
            OtherChain(disposition: .masked, names: finding.patternNames),
            OtherChain(disposition: .degraded, names: PatternNames(maskService: "carts", kind: .stale)),
            OtherChain(disposition: .recovered, names: PatternNames(maskService: "none")),
        ]
        ledger.record(change: Self.first(finding))
        #expect(ledger.snapshot().count == 2)
        #expect(ledger.pattern(Self.fingerprint)?.count == 1)
    }

    @Test func patternsBeyondTheBoundAreCountedTogether() {
        let ledger = PatternLedger(patternsMax: 2, bucketsMax: 100)
        let findings = (1...5).map { number in
            var finding = Sample.masked(number)
            finding.maskService = "service \(number)"
            return finding
        }
        for finding in findings { ledger.record(change: Self.first(finding)) }
        #expect(ledger.snapshot().count == 2)
        #expect(ledger.overflow.count == 3)
        ledger.record(change: FindingsLog.Change(before: findings[4], after: Sample.recovered(5)))
        #expect(ledger.overflow.count == 2)
        #expect(ledger.overflow.weight == 2)
    }

    @Test func patternThatNobodySawForLongMakesRoom() {
        let ledger = PatternLedger(patternsMax: 2, bucketsMax: 100, idleNanosecondsMax: 10 * Sample.second)
        for number in 1...3 {
            var finding = Sample.masked(number, decided: Sample.start + UInt64(number) * 9 * Sample.second)
            finding.maskService = "service \(number)"
            ledger.record(change: Self.first(finding))
        }
        #expect(Set(ledger.snapshot().map(\.names.maskService)) == ["service 2", "service 3"])
        #expect(ledger.pruned == 1)
        #expect(ledger.overflow.count == 1)
    }

    @Test(arguments: [11, 12, 13, 14, 15] as [UInt64])
    func countersAfterManyRevisionsEqualARecount(seed: UInt64) {
        let log = FindingsLog()
        let ledger = PatternLedger()
        var random = RandomFindings(seed: seed, traces: 60)
        for step in 0..<3000 {
            let decided = Sample.start + UInt64(step) * 400 * 1_000_000
            if let change = log.publish(random.next(at: decided)) { ledger.record(change: change) }
        }
        let recount = PatternLedger()
        for finding in log.list(limit: .max).items { recount.record(change: Self.first(finding)) }
        #expect(numbers(of: ledger) == numbers(of: recount), "seed \(seed)")
        #expect(ledger.overflow.count == 0)
        for pattern in ledger.snapshot() {
            let minutes = ledger.minutes(pattern.fingerprint)
            #expect(minutes == recount.minutes(pattern.fingerprint), "seed \(seed)")
            let examples = pattern.firstExamples + pattern.latestExamples
            let stillThere = examples.allSatisfy { example in
                guard let finding = log.finding(of: example.traceID) else { return false }
                return FindingFilter(fingerprint: pattern.fingerprint).matches(finding)
            }
            #expect(stillThere, "seed \(seed)")
        }
    }

    @Test(arguments: [21, 22, 23] as [UInt64])
    func sumStaysExactWhileTheLedgerIsTooSmall(seed: UInt64) {
        let log = FindingsLog()
        let ledger = PatternLedger(patternsMax: 3, bucketsMax: 100)
        var random = RandomFindings(seed: seed, traces: 60)
        for step in 0..<2000 {
            if let change = log.publish(random.next(at: Sample.start + UInt64(step))) { ledger.record(change: change) }
        }
        let recount = PatternLedger()
        for finding in log.list(limit: .max).items { recount.record(change: Self.first(finding)) }
        let counted = ledger.snapshot().map(\.count).reduce(0, +) + ledger.overflow.count
        #expect(counted == recount.snapshot().map(\.count).reduce(0, +), "seed \(seed)")
    }

    private func numbers(of ledger: PatternLedger) -> [Fingerprint: [Double]] {
        let pairs = ledger.snapshot().map { pattern in
            let counts = [pattern.masked, pattern.degraded, pattern.suspect].map(Double.init)
            return (pattern.fingerprint, counts + [pattern.weight])
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}

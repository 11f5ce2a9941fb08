extension PatternLedgerState.Entry {
    mutating func see(_ example: Pattern.Example) {
        let time = example.decidedNanoseconds
        if counts.count == 1 || time < firstSeenNanoseconds { firstSeenNanoseconds = time }
        if counts.count == 1 || time > lastSeenNanoseconds { lastSeenNanoseconds = time }
        Self.insert(example, into: &firstExamples)
        if firstExamples.count > Self.firstExamplesMax { firstExamples.removeLast() }
        Self.insert(example, into: &latestExamples)
        if latestExamples.count > Self.latestExamplesMax { latestExamples.removeFirst() }
    }

    /// Takes an example away. Where it was the first or the last of the pattern, the next one that is still known gives
    /// the time; no better answer exists without keeping every time.
    mutating func unsee(_ example: Pattern.Example) {
        firstExamples.removeAll { $0 == example }
        latestExamples.removeAll { $0 == example }
        if example.decidedNanoseconds == firstSeenNanoseconds, let first = firstExamples.first ?? latestExamples.first {
            firstSeenNanoseconds = first.decidedNanoseconds
        }
        if example.decidedNanoseconds == lastSeenNanoseconds, let last = latestExamples.last ?? firstExamples.last {
            lastSeenNanoseconds = last.decidedNanoseconds
        }
    }

    private static func insert(_ example: Pattern.Example, into examples: inout [Pattern.Example]) {
        let position = examples.lastIndex { $0.decidedNanoseconds <= example.decidedNanoseconds }.map { $0 + 1 } ?? 0
        examples.insert(example, at: position)
    }
}

extension PatternCounts {
    mutating func merge(_ other: PatternCounts) {
        masked += other.masked
        degraded += other.degraded
        suspect += other.suspect
        fixedWeight += other.fixedWeight
    }
}

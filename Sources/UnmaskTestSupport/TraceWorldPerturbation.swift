package import TraceModel

/// What can happen to spans between their services and the collector: pure functions, each with its own seed.
package enum Perturbation {
    package static func shuffled(_ spans: [SpanFacts], seed: UInt64) -> [SpanFacts] {
        var random = WorldRandom(seed: seed)
        return spans.shuffled(using: &random)
    }

    /// About every third span arrives twice, with the same content.
    package static func duplicated(_ spans: [SpanFacts], seed: UInt64) -> [SpanFacts] {
        var random = WorldRandom(seed: seed)
        return spans + spans.filter { _ in random.chance(3) }
    }

    package static func dropping(_ count: Int, of spans: [SpanFacts], seed: UInt64) -> [SpanFacts] {
        Array(shuffledIndices(spans, seed: seed).dropFirst(count)).sorted().map { spans[$0] }
    }

    private static func shuffledIndices(_ spans: [SpanFacts], seed: UInt64) -> [Int] {
        var random = WorldRandom(seed: seed)
        return Array(spans.indices).shuffled(using: &random)
    }

    /// Each process has its own clock, up to three seconds off.
    package static func skewed(_ spans: [SpanFacts], seed: UInt64) -> [SpanFacts] {
        spans.map { span in
            var random = WorldRandom(seed: seed ^ UInt64(span.instance.raw) &* 0x5851_F42D_4C95_7F2D)
            var skewed = span
            skewed.startNanoseconds = span.startNanoseconds - 3_000_000_000 + random.nanoseconds(0...6_000_000_000)
            return skewed
        }
    }

    /// As processes export: each its own spans in the order of ending, a few at a time.
    package static func batches(_ spans: [SpanFacts], seed: UInt64) -> [[SpanFacts]] {
        var random = WorldRandom(seed: seed)
        let instances = Dictionary(grouping: spans, by: \.instance).sorted { $0.key.raw < $1.key.raw }
        var batches: [[SpanFacts]] = []
        for (_, own) in instances {
            var rest = own.sorted { ($0.endNanoseconds, $0.spanID.raw) < ($1.endNanoseconds, $1.spanID.raw) }[...]
            while !rest.isEmpty {
                let size = Int.random(in: 1...4, using: &random)
                batches.append(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
        }
        return batches
    }

    /// Some batches come after all others.
    package static func delayed(_ batches: [[SpanFacts]], seed: UInt64) -> [[SpanFacts]] {
        var random = WorldRandom(seed: seed)
        var late: [[SpanFacts]] = []
        let early = batches.shuffled(using: &random).filter { batch in
            guard random.chance(4) else { return true }
            late.append(batch)
            return false
        }
        return early + late
    }
}

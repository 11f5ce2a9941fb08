import TraceModel
import UnmaskTestSupport

/// One batch as it reaches the collector.
struct Delivery {
    var atNanoseconds: UInt64
    var instance: Symbol
    var sequence: UInt64
    var spans: [SpanDetail]
}

/// What becomes of the batches of some worlds between the services and the collector: lost, late, doubled, reordered.
/// One seed is one plan; `order` changes when things arrive, and never what arrives.
struct DeliveryPlan {
    static let second: UInt64 = 1_000_000_000
    let seed: UInt64
    let worlds: [TraceWorld]
    private(set) var deliveries: [Delivery] = []
    /// The spans of each trace that arrived at least once.
    private(set) var arrived: [TraceID: Set<SpanFacts>] = [:]
    /// Spans without a place in any trace, by the reason for which each is refused.
    private(set) var refused: [DropReason: Int] = [:]

    private struct Batch {
        var instance: Symbol
        var sequence: UInt64
        var spans: [(world: Int, facts: SpanFacts)]
    }

    init(seed: UInt64, order: UInt64, worldsCount: Int = 8) {
        self.seed = seed
        worlds = (0..<UInt64(worldsCount)).map { TraceWorld(seed: seed &* 41 &+ $0 &* 7) }
        var fate = WorldRandom(seed: seed ^ 0xFA7E)
        var time = WorldRandom(seed: seed ^ order &* 0x9E37_79B9 ^ 0x71_3E)
        for batch in Self.batches(of: worlds, &fate) where !fate.chance(12) { send(batch, &fate, &time) }
        addSenseless(&fate, &time)
        deliveries.sort { $0.atNanoseconds < $1.atNanoseconds }
    }

    /// As processes export: each its own spans in the order of ending, those of several traces together.
    private static func batches(of worlds: [TraceWorld], _ random: inout WorldRandom) -> [Batch] {
        let all = worlds.indices.flatMap { world in worlds[world].spans.map { (world: world, facts: $0) } }
        var batches: [Batch] = []
        for (instance, own) in Dictionary(grouping: all, by: \.facts.instance).sorted(by: { $0.key.raw < $1.key.raw }) {
            var rest = own.sorted {
                ($0.facts.endNanoseconds, $0.facts.spanID.raw) < ($1.facts.endNanoseconds, $1.facts.spanID.raw)
            }[...]
            var sequence: UInt64 = 0
            while !rest.isEmpty {
                let size = Int.random(in: 1...6, using: &random)
                sequence += 1
                batches.append(Batch(instance: instance, sequence: sequence, spans: Array(rest.prefix(size))))
                rest = rest.dropFirst(size)
            }
        }
        return batches
    }

    /// Once, or again with its sequence (a resend), or again under a new one (an exporter that got no answer).
    private mutating func send(_ batch: Batch, _ fate: inout WorldRandom, _ time: inout WorldRandom) {
        let isLate = fate.chance(5)
        let isResent = fate.chance(6)
        let isExportedAgain = fate.chance(6)
        for (world, facts) in batch.spans { arrived[worlds[world].traceID, default: []].insert(facts) }
        deliver(batch, batch.sequence, at: Self.moment(isLate: isLate, &time))
        if isResent { deliver(batch, batch.sequence, at: Self.moment(isLate: fate.chance(2), &time)) }
        if isExportedAgain { deliver(batch, batch.sequence + 500, at: Self.moment(isLate: fate.chance(2), &time)) }
    }

    /// The quiet period is ten seconds: what is late comes within it, after it, or long after it.
    private static func moment(isLate: Bool, _ time: inout WorldRandom) -> UInt64 {
        time.nanoseconds(isLate ? 4 * second...100 * second : 0...3 * second)
    }

    private mutating func deliver(_ batch: Batch, _ sequence: UInt64, at nanoseconds: UInt64) {
        let spans = batch.spans.map { worlds[$0.world].detail(of: $0.facts) }
        deliveries.append(
            Delivery(atNanoseconds: nanoseconds, instance: batch.instance, sequence: sequence, spans: spans))
    }

    /// Spans that no trace can take.
    private mutating func addSenseless(_ fate: inout WorldRandom, _ time: inout WorldRandom) {
        guard let first = worlds[0].spans.first else { return }
        for number in 0..<UInt64(fate.nanoseconds(0...3)) {
            var span = worlds[0].detail(of: first)
            let reason = fate.pick([DropReason.zeroTraceID, .zeroSpanID, .timeOutOfRange])
            switch reason {
            case .zeroTraceID: span.traceID = TraceID(high: 0, low: 0)
            case .zeroSpanID: span.spanID = .none
            default: span.startNanoseconds = 1
            }
            refused[reason, default: 0] += 1
            deliveries.append(
                Delivery(
                    atNanoseconds: Self.moment(isLate: false, &time), instance: first.instance,
                    sequence: 900 + number, spans: [span]))
        }
    }
}

import Testing
import TraceModel
import Wire

@testable import Traffic

private let now: UInt64 = 1_767_323_040_000_000_000

@Suite struct ShopTests {
    /// Services by how many spans each has, for one request that went as the scenario says.
    private static let shapes: [Scenario: [String: Int]] = [
        .clean: ["gateway": 2, "bff": 4, "catalog": 2, "pricing": 2],
        .swallowedError: ["gateway": 2, "bff": 4, "catalog": 2, "pricing": 2],
        .swallowedConnection: ["gateway": 2, "bff": 4, "catalog": 2],
        .retried: ["gateway": 2, "bff": 5, "catalog": 4, "pricing": 2],
        .fallback: ["gateway": 2, "bff": 5, "catalog": 2, "catalog-backup": 2, "pricing": 2],
        .lookupMiss: ["gateway": 2, "bff": 4, "catalog": 2, "pricing": 2],
        .honestFailure: ["gateway": 2, "bff": 2, "catalog": 2],
        .refused: ["gateway": 1],
        .declinedEnvelope: ["gateway": 2, "bff": 5, "catalog": 2, "pricing": 2, "payment": 1],
    ]

    @Test(arguments: Scenario.allCases)
    func aTraceHasTheDeclaredShape(scenario: Scenario) {
        var shop = Shop(mix: .clean, seed: 5)
        for _ in 0..<20 {
            let trace = shop.trace(scenario, endingNanoseconds: now)
            var services: [String: Int] = [:]
            for span in trace.spans { services[span.resource.service, default: 0] += 1 }
            #expect(services == Self.shapes[scenario])
            #expect(trace.scenario == scenario && trace.spans.allSatisfy { $0.traceID == trace.id })
            checkTree(trace)
        }
    }

    /// One edge; every other span hangs under one that is there and starts no earlier.
    private func checkTree(_ trace: Shop.Trace) {
        let byID = Dictionary(trace.spans.map { ($0.spanID, $0) }) { first, _ in first }
        #expect(byID.count == trace.spans.count)
        let roots = trace.spans.filter(\.parentID.isNone)
        #expect(roots.count == 1 && roots[0].kind == .server)
        for span in trace.spans where !span.parentID.isNone {
            let parent = byID[span.parentID]
            #expect(parent != nil && parent!.startNanoseconds <= span.startNanoseconds)
        }
        #expect(trace.spans.allSatisfy { $0.attributes.count == 8 && $0.durationNanoseconds > 0 })
    }

    @Test(arguments: Scenario.allCases)
    func theEdgeSaysWhatTheScenarioIs(scenario: Scenario) {
        var shop = Shop(mix: .clean, seed: 6)
        let edge = shop.trace(scenario, endingNanoseconds: now).spans[0]
        let isHonest = scenario == .honestFailure || scenario == .refused
        #expect(isHonest == (edge.httpCode >= 400))
    }

    @Test func theSameSeedGivesTheSameTraces() {
        var left = Shop(mix: .demo, seed: 11)
        var right = Shop(mix: .demo, seed: 11)
        var other = Shop(mix: .demo, seed: 12)
        for _ in 0..<50 {
            let trace = left.trace(endingNanoseconds: now)
            #expect(trace.spans == right.trace(endingNanoseconds: now).spans)
            #expect(trace.id != other.trace(endingNanoseconds: now).id)
        }
    }

    @Test func scenariosComeAsOftenAsTheMixSays() {
        var random = SeededRandom(seed: 2)
        var counts: [Scenario: Int] = [:]
        for _ in 0..<100_000 { counts[ScenarioMix.demo.draw(&random), default: 0] += 1 }
        for (scenario, share) in ScenarioMix.demo.thousandths {
            let share = share * 100
            #expect(abs(counts[scenario, default: 0] - share) < share / 5 + 50, "\(scenario)")
        }
    }
}

@Suite struct BatchTemplateTests {
    private static func spans(_ payload: [UInt8], count: Int) throws -> [SpanDetail] {
        try DetailReader().spans(in: payload, compressed: false, rows: Array(0..<count)).spans
    }

    @Test func instancesAreValidDistinctTracesWithTheSameTruth() throws {
        var shop = Shop(mix: .demo, seed: 3)
        let traces = (0..<40).map { _ in shop.trace(endingNanoseconds: now) }
        let template = BatchTemplate(traces: traces)
        var random = SeededRandom(seed: 4)
        var seen: Set<TraceID> = []
        for sequence in 1...20 as ClosedRange<UInt64> {
            let salt = random.next()
            let delay = sequence * 1_000_000
            let payload = template.instance(sequence: sequence, salt: salt, delayNanoseconds: delay)
            #expect(payload.withUnsafeBytes { MessageDecoder.sequence(ofBatch: $0) } == sequence)
            let spans = try Self.spans(payload, count: template.spans)
            let originals = traces.flatMap(\.spans)
            #expect(spans.count == originals.count)
            for (span, original) in zip(spans, originals) {
                #expect(span.traceID == BatchTemplate.salted(original.traceID, salt))
                #expect(span.startNanoseconds == original.startNanoseconds + delay)
                #expect(span.parentID.isNone == original.parentID.isNone)
                #expect(span.name == original.name && span.attributes == original.attributes)
            }
            let ids = Set(spans.map(\.spanID))
            #expect(spans.allSatisfy { $0.parentID.isNone || ids.contains($0.parentID) })
            for truth in template.truths { #expect(seen.insert(BatchTemplate.salted(truth.id, salt)).inserted) }
        }
        #expect(template.truths.map(\.verdict) == traces.map(\.scenario.verdict))
    }
}

@Suite struct LatencyHistogramTests {
    @Test(arguments: UInt64(1)...8)
    func quantilesAreWithinABucketOfTheSortedValues(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var histogram = LatencyHistogram()
        var other = LatencyHistogram()
        var values: [UInt64] = []
        for number in 0..<3000 {
            let value = random.next() >> (random.next() % 64)
            values.append(value)
            if number % 2 == 0 { histogram.record(nanoseconds: value) } else { other.record(nanoseconds: value) }
        }
        histogram.merge(other)
        values.sort()
        #expect(histogram.count == 3000)
        for quantile in [0, 0.01, 0.5, 0.9, 0.99, 0.999, 1] {
            let rank = max(1, Int((Double(values.count) * quantile).rounded(.up)))
            let exact = values[rank - 1]
            let told = histogram.nanoseconds(quantile: quantile) ?? 0
            #expect(told >= exact && told - exact <= exact / 8, "seed \(seed), quantile \(quantile)")
        }
    }

    @Test func theEdgesOfTheScaleAreBuckets() {
        #expect(LatencyHistogram().nanoseconds(quantile: 0.5) == nil)
        for value in [0, 1, 7, 8, 15, 16, 17, 1 << 32, UInt64.max - 1, .max] {
            var histogram = LatencyHistogram()
            histogram.record(nanoseconds: value)
            let told = histogram.nanoseconds(quantile: 1) ?? 0
            #expect(told >= value && told - value <= value / 8)
        }
    }
}

import Traffic

/// What counting spans and calls for metrics costs: two stores that differ in nothing else take turns, so that whatever
/// else the machine does meets both. The figure is the median of the differences, the floor the store without.
enum TallyBenchmark {
    private static let rounds = 21
    private static let batchesEach = 400
    private static let tracesEach = 20_000

    static func run(into table: inout Table) throws {
        try insertion(into: &table)
        try settling(into: &table)
    }

    private static func insertion(into table: inout Table) throws {
        let (with, without) = (
            try StoreBenchmark.Bench(mix: .production, spansPerTraceSmall: false, gibibytes: 1),
            try StoreBenchmark.Bench(mix: .production, spansPerTraceSmall: false, gibibytes: 1, countsSpans: false)
        )
        for bench in [with, without] { bench.warmUp(spans: 3_000_000) }
        let costs = (0..<rounds).map { round in
            pair(isTurned: round % 2 == 1, { insert(with) }, { insert(without) })
        }
        add(costs, "count a span on its way into the store", into: &table)
    }

    private static func insert(_ bench: StoreBenchmark.Bench) -> Double {
        let steps = (0..<batchesEach).map { _ in bench.addBatch() }
        bench.warmUp(spans: 0)
        return steps.reduce(0) { $0 + $1.cpu } / Double(steps.reduce(0) { $0 + $1.spans })
    }

    private static func settling(into table: inout Table) throws {
        let with = try SettleBenchmark.Bench(isScattered: false)
        let without = try SettleBenchmark.Bench(isScattered: false, countsSpans: false)
        for bench in [with, without] { for _ in 0..<8 { _ = bench.round(traces: tracesEach) } }
        let costs = (0..<rounds).map { round in
            pair(
                isTurned: round % 2 == 1, { with.round(traces: tracesEach).store / 10 },
                { without.round(traces: tracesEach).store / 10 })
        }
        add(costs, "count calls when a clean trace settles, a span", into: &table)
    }

    private static func pair(
        isTurned: Bool, _ with: () -> Double, _ without: () -> Double
    ) -> (with: Double, without: Double) {
        if isTurned {
            let second = without()
            return (with(), second)
        }
        return (with(), without())
    }

    private static func add(_ costs: [(with: Double, without: Double)], _ name: String, into table: inout Table) {
        let differences = costs.map { $0.with - $0.without }.sorted()
        let floors = costs.map(\.without).sorted()
        table.add(
            name, figure(differences[rounds / 2], "ns"), goal: "5 ns both",
            floor: "\(figure(floors[rounds / 2], "ns")) without")
    }
}

import Findings
import Metrics
import TraceModel

/// Counters by the places of a series book, on their way into a text. Several things may count under one series.
struct CounterSums {
    private struct Sum {
        var value = 0.0
        var exemplar: MetricsText.Exemplar?
        var createdSeconds: Double?
    }

    private var sums: [Int: Sum] = [:]

    mutating func add(
        _ value: Double, to place: Int, exemplar: MetricsText.Exemplar? = nil, sinceNanoseconds: UInt64 = 0
    ) {
        var sum = sums[place] ?? Sum()
        sum.value += value
        if let exemplar { sum.exemplar = exemplar }
        if sinceNanoseconds > 0 {
            sum.createdSeconds = min(sum.createdSeconds ?? .infinity, Double(sinceNanoseconds) / 1e9)
        }
        sums[place] = sum
    }

    /// In the order in which the series came up, which never changes.
    func samples(of book: SeriesBook) -> [MetricsText.Sample] {
        sums.sorted { $0.key < $1.key }.map { place, sum in
            MetricsText.Sample(
                book.series[place], sum.value, exemplar: sum.exemplar, createdSeconds: sum.createdSeconds)
        }
    }
}

extension Tallied {
    /// The latest trace that was counted; traces that settled with nothing to tell are counted without their names.
    var exemplar: MetricsText.Exemplar? {
        latest.map {
            MetricsText.Exemplar(
                traceID: $0.traceID.description, value: $0.weight, seconds: Double($0.countedNanoseconds) / 1e9)
        }
    }
}

package import Platform
import Synchronization
package import TraceModel
import Wire

/// Drives a collector with the shop's traffic and measures what comes back.
package struct LoadSettings: Sendable {
    package var address: SocketAddress
    package var token = ""
    package var connections = 4
    /// 0: as fast as the collector takes it.
    package var spansPerSecond = 0
    package var spansTotal = 1_000_000
    package var batchSpans = 512
    package var compressed = true
    package var mix = ScenarioMix.production
    package var seed: UInt64 = 1
    /// Encode everything first, so that the sender's own work is not in the way of a throughput measurement.
    package var prepared = false

    package init(address: SocketAddress) {
        self.address = address
    }
}

package struct LoadReport: Sendable {
    package var spansSent = 0
    package var spansAccepted = 0
    package var batches = 0
    package var batchesRetried = 0
    package var batchesRejected = 0
    package var bytes = 0
    package var elapsedNanoseconds: UInt64 = 0
    package var latency = LatencyHistogram()
    /// How many traces of each verdict were sent.
    package var truth: [VerdictKind: Int] = [:]
    package var failures: [String] = []

    package mutating func merge(_ other: LoadReport) {
        spansSent += other.spansSent
        spansAccepted += other.spansAccepted
        batches += other.batches
        batchesRetried += other.batchesRetried
        batchesRejected += other.batchesRejected
        bytes += other.bytes
        elapsedNanoseconds = max(elapsedNanoseconds, other.elapsedNanoseconds)
        latency.merge(other.latency)
        truth.merge(other.truth, uniquingKeysWith: +)
        failures += other.failures
    }
}

package enum LoadRun {
    private static let templatesCount = 16

    /// Runs to the end on `connections` threads. `progress` hears about it once a second.
    package static func run(
        _ settings: LoadSettings, progress: @escaping @Sendable (_ spansAccepted: Int) -> Void
    ) throws -> LoadReport {
        let templates = makeTemplates(settings)
        let total = Mutex(LoadReport())
        let accepted = Atomic<Int>(0)
        let running = Atomic<Int>(settings.connections)
        let gate = StartGate(waiting: settings.connections)
        var threads: [WorkerThread] = []
        for number in 0..<settings.connections {
            threads.append(
                try WorkerThread(name: "load-\(number)") {
                    var worker = LoadWorker(number: number, settings: settings, templates: templates)
                    let report = worker.run(gate) { accepted.add($0, ordering: .relaxed) }
                    total.withLock { $0.merge(report) }
                    running.subtract(1, ordering: .releasing)
                })
        }
        while running.load(ordering: .acquiring) > 0 {
            Clock.sleep(nanoseconds: 100_000_000)
            progress(accepted.load(ordering: .relaxed))
        }
        for thread in threads { thread.join() }
        return total.withLock { $0 }
    }

    private static func makeTemplates(_ settings: LoadSettings) -> [BatchTemplate] {
        var shop = Shop(mix: settings.mix, seed: settings.seed)
        return (0..<templatesCount).map { _ in
            var traces: [Shop.Trace] = []
            var spans = 0
            while spans < settings.batchSpans {
                traces.append(shop.trace(endingNanoseconds: Clock.wallNanoseconds))
                spans += traces[traces.count - 1].spans.count
            }
            return BatchTemplate(traces: traces)
        }
    }
}

/// Holds all workers until the slowest is ready, so that their clocks start together.
final class StartGate: Sendable {
    private let waiting: Atomic<Int>

    init(waiting: Int) {
        self.waiting = Atomic(waiting)
    }

    func pass() {
        waiting.subtract(1, ordering: .acquiringAndReleasing)
        while waiting.load(ordering: .acquiring) > 0 { Clock.sleep(nanoseconds: 1_000_000) }
    }
}

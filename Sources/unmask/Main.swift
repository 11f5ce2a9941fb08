import Glibc
import Ingest
import Platform
import Symbols
import TraceModel
import TraceStore
import Traffic

@main
struct Main {
    static func main() throws {
        let arguments = CommandLine.arguments
        if arguments[1] == "raw" {
            ProcessSelf.blockSignals()
            let symbols = SymbolTable()
            let hops = HopTable(symbols: symbols)
            let gib = arguments.count > 2 ? Int(arguments[2])! : 4
            let store = try TraceStore(limits: StoreLimits(memoryBytes: gib << 30), symbols: symbols, hops: hops)
            var settings = NativeSettings(collectorName: "raw")
            settings.readerThreads = 2
            let receiver = try NativeReceiver(
                address: SocketAddress("127.0.0.1:7200")!, settings: settings, symbols: symbols, hops: hops
            ) {
                let writer = StoreWriter(store: store)
                return { batch in
                    let r = writer.add(
                        batch, monotonicNanoseconds: Clock.monotonicNanoseconds,
                        wallNanoseconds: Clock.wallNanoseconds)
                    return BatchReceipt(admission: r.admission, acceptedSpans: r.accepted, dropped: r.dropped)
                }
            }
            try receiver.start()
            print("listening", receiver.address)
            var last = Clock.processCPUNanoseconds
            var lastSpans = 0
            while true {
                Clock.sleep(nanoseconds: 100_000_000)
                let due = store.settleDue(atNanoseconds: Clock.monotonicNanoseconds)
                _ = store.takeQueue()
                store.rotateIfDue(atNanoseconds: Clock.monotonicNanoseconds)
                if store.pressure(atNanoseconds: Clock.monotonicNanoseconds) != .none {
                    let t = Clock.monotonicNanoseconds
                    let spans = store.dropOldest(atNanoseconds: Clock.monotonicNanoseconds)
                    print("dropped", spans, "in", Double(Clock.monotonicNanoseconds - t) / 1e6, "ms")
                }
                let usage = store.usage
                if usage.spans - lastSpans > 500_000 || (usage.spans == lastSpans && false) {
                    let cpu = Clock.processCPUNanoseconds
                    print(
                        "spans", usage.spans, "cpu/span", Double(cpu - last) / Double(usage.spans - lastSpans), "mem/span",
                        Double(usage.memoryBytes) / Double(max(1, usage.spansHot)), "rss/span",
                        Double(ProcessSelf.residentBytes) / Double(max(1, usage.spansHot)), "settled", due.clean.count)
                    last = cpu
                    lastSpans = usage.spans
                }
            }
        }
        var settings = LoadSettings(address: SocketAddress("127.0.0.1:7200")!)
        settings.spansTotal = Int(arguments[2])!
        settings.spansPerSecond = Int(arguments[3])!
        settings.prepared = arguments.contains("prepared")
        settings.connections = Int(arguments[4])!
        let report = try LoadRun.run(settings) { _ in }
        print(report.spansAccepted, Double(report.spansAccepted) / Double(report.elapsedNanoseconds) * 1e9, "spans/s", Double(report.bytes) / Double(report.spansSent), "bytes/span", report.failures, report.truth, "p99", report.latency.nanoseconds(quantile: 0.99) ?? 0)
    }
}

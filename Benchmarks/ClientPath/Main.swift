import CAllocations
import Kernel
import Synchronization
import UnmaskClient

/// What a span costs the service that makes it: time and allocations above the bare task-local binding, measured in
/// the same run; what the library's thread costs; what memory it needs at 100,000 spans/s.
///
///     ClientPath                     the hot path, then 100,000 spans/s with nobody listening
///     ClientPath HOST:PORT           the same against a collector
///     ClientPath HOST:PORT steady    only the steady load, for the memory that it needs alone
///     ClientPath HOST:PORT micro     only making and freeing, without a delivery
@main
struct Main {
    static func main() async {
        let words = CommandLine.arguments.dropFirst()
        let collector = words.first.flatMap { CollectorAddress($0) } ?? .tcp("127.0.0.1", port: 9)
        print("resident at the start: \(kilobytes()) KB")
        let tracer = Unmask.start(ClientSettings(service: "benchmark", collectors: [collector]))
        if words.contains("micro") { return SpanCost.micro() }
        if !words.contains("steady") {
            SpanCost.run(tracer)
            await SpanCost.runInTask(tracer)
        }
        SteadyLoad.run(tracer, spansPerSecond: 100_000, seconds: 5)
        _ = await tracer.shutdown(within: .seconds(2))
        print("at the end: \(tracer.statistics)")
    }

    static func kilobytes() -> UInt64 { ProcessSelf.residentBytes >> 10 }
}

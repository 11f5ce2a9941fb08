import Platform
import Traffic

/// `HotPath inside`: the hot path in process, piece by piece; `HotPath settle` and `HotPath tally`: the
/// last pieces alone.
/// `HotPath sink PORT`: the floor for sockets, a receiver
/// that answers like a collector and does nothing. `HotPath probe ...`: how soon a masked trace can be read.
/// `Benchmarks/run` drives all three.
@main
struct Main {
    static func main() throws {
        let words = Array(CommandLine.arguments.dropFirst())
        switch words.first {
        case "settle":
            var table = Table()
            try JudgeBenchmark.run(into: &table)
            try SettleBenchmark.run(into: &table)
            table.print()
        case "inside", nil:
            var table = Table()
            OTLPBenchmark.run(into: &table)
            try StoreBenchmark.run(into: &table)
            try JudgeBenchmark.run(into: &table)
            try SettleBenchmark.run(into: &table)
            try TallyBenchmark.run(into: &table)
            try ScrapeBenchmark.run(into: &table)
            table.print()
        case "tally":
            var table = Table()
            try TallyBenchmark.run(into: &table)
            try ScrapeBenchmark.run(into: &table)
            table.print()
        case "decode":
            var table = Table()
            try DecodeBenchmark.run(into: &table)
            OTLPBenchmark.run(into: &table)
            table.print()
        case "sink":
            try SocketFloor.serve(port: words.count > 1 ? UInt16(words[1]) ?? 0 : 0)
        case "probe":
            guard words.count == 5, let native = SocketAddress(words[1]), let count = Int(words[3]),
                let perSecond = Int(words[4])
            else { return print("usage: HotPath probe NATIVE-ADDRESS HTTP-URL COUNT PER-SECOND") }
            try VisibilityProbe(native: native, url: words[2]).run(count: count, perSecond: perSecond)
        case "otlp":
            guard words.count >= 3, let address = SocketAddress(words[1]), let spans = Int(words[2]) else {
                return print("usage: HotPath otlp ADDRESS SPANS [clean]")
            }
            let mix: ScenarioMix = words.last == "clean" ? .clean : .production
            try OTLPLoad(address: address, connections: 8, spans: spans, mix: mix).run()
        case "grpc-sink":
            try GRPCFloor.serve(port: words.count > 1 ? UInt16(words[1]) ?? 0 : 0)
        case "otlp-grpc":
            guard words.count >= 3, let address = SocketAddress(words[1]), let spans = Int(words[2]) else {
                return print("usage: HotPath otlp-grpc ADDRESS SPANS [clean]")
            }
            let mix: ScenarioMix = words.last == "clean" ? .clean : .production
            try GRPCLoad(address: address, connections: 8, spans: spans, mix: mix).run()
        default:
            print(
                """
                usage: HotPath [inside | settle | tally | decode | sink PORT | grpc-sink PORT
                  | otlp ADDRESS SPANS [clean] | otlp-grpc ADDRESS SPANS [clean]
                  | probe NATIVE HTTP-URL COUNT PER-SECOND]
                """)
        }
    }
}

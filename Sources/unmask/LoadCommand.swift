import Configuration
import JSON
import Platform
import TraceModel
import Traffic

/// `unmask load`: drives a collector with traffic of known truth and says what came back.
enum LoadCommand {
    static let command = Command(
        name: "load", summary: "drive a collector with known traffic and measure it",
        options: [
            OptionSpec("to", "ADDR", "the collector's native address (127.0.0.1:7200)"),
            OptionSpec("token", "TOKEN", "the collector's token (UNMASK_TOKEN)"),
            OptionSpec("spans", "N", "how many spans in all (1000000)"),
            OptionSpec("rate", "N", "spans a second; 0: as fast as the collector takes them (0)"),
            OptionSpec("connections", "N", "connections, each on a thread of its own (4)"),
            OptionSpec("batch", "N", "spans a batch, 1 to 4096 (512)"),
            OptionSpec("mix", "NAME", "production, demo or clean (production)"),
            OptionSpec("seed", "N", "the same seed gives the same traffic (1)"),
            OptionSpec("prepared", nil, "encode all batches before the clock starts"),
            OptionSpec("plain", nil, "send without compression"),
            OptionSpec("json", nil, "print the report as JSON"),
        ],
        run: { arguments, console throws(CommandError) in
            let settings = try settings(arguments, console)
            let report: LoadReport
            do {
                report = try LoadRun.run(settings) { _ in }
            } catch {
                throw CommandError(.unreachable, "\(error)")
            }
            console.out(arguments.has("json") ? json(report) : text(report))
            for failure in Set(report.failures).sorted().prefix(5) { console.error(failure) }
            if report.failures.isEmpty { return .success }
            return report.spansAccepted == 0 ? .unreachable : .failure
        })

    private static func settings(_ arguments: Arguments, _ console: Console) throws(CommandError) -> LoadSettings {
        let to = arguments["to"] ?? "127.0.0.1:7200"
        guard let address = SocketAddress(to) else {
            throw .usage("--to must be an address such as 127.0.0.1:7200, not \(SafeText.quoted(to))")
        }
        var settings = LoadSettings(address: address)
        settings.token = arguments["token"] ?? console.environment("UNMASK_TOKEN") ?? ""
        settings.spansTotal = try arguments.number("spans", 1...1_000_000_000) ?? settings.spansTotal
        settings.spansPerSecond = try arguments.number("rate", 0...100_000_000) ?? 0
        settings.connections = try arguments.number("connections", 1...2000) ?? settings.connections
        settings.batchSpans = try arguments.number("batch", 1...4096) ?? settings.batchSpans
        settings.seed = UInt64(try arguments.number("seed", 0...Int.max) ?? 1)
        settings.prepared = arguments.has("prepared")
        settings.compressed = !arguments.has("plain")
        let mixes: [String: ScenarioMix] = ["production": .production, "demo": .demo, "clean": .clean]
        let name = arguments["mix"] ?? "production"
        guard let mix = mixes[name] else { throw .usage("--mix must be production, demo or clean") }
        settings.mix = mix
        return settings
    }

    private static let quantiles = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0)]

    private static func text(_ report: LoadReport) -> String {
        let seconds = Double(max(report.elapsedNanoseconds, 1)) / 1e9
        let latency = quantiles.map { name, quantile in
            "\(name) \(report.latency.nanoseconds(quantile: quantile).map { DurationText.short($0) } ?? "-")"
        }
        let rate = Int(Double(report.spansAccepted) / seconds)
        let truth = report.truth.sorted { $0.value > $1.value }.map { "\($0.key.name) \($0.value)" }
        return """
            spans     \(report.spansSent) sent, \(report.spansAccepted) accepted
            rate      \(rate) spans/s over \(DurationText.short(report.elapsedNanoseconds))
            batches   \(report.batches) sent, \(report.batchesRetried) put off, \(report.batchesRejected) rejected
            bytes     \(report.bytes / max(report.spansSent, 1)) a span
            acks      \(latency.joined(separator: ", "))
            traces    \(truth.joined(separator: ", "))

            """
    }

    private static func json(_ report: LoadReport) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("spansSent", report.spansSent)
            writer.field("spansAccepted", report.spansAccepted)
            writer.field("batches", report.batches)
            writer.field("batchesRetried", report.batchesRetried)
            writer.field("batchesRejected", report.batchesRejected)
            writer.field("bytes", report.bytes)
            writer.field("elapsed", report.elapsedNanoseconds)
            writer.objectField("ackLatency") { writer in
                for (name, quantile) in quantiles { writer.field(name, report.latency.nanoseconds(quantile: quantile)) }
            }
            writer.objectField("truth") { writer in
                for (verdict, count) in report.truth.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                    writer.field(verdict.name, count)
                }
            }
            writer.field("failures", report.failures)
        }
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }
}

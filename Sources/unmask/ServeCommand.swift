import Collector
import Configuration
import Platform
import TraceStore

/// `unmask serve`: runs the collector until it is told to end.
enum ServeCommand {
    static let options = [
        OptionSpec("data", "DIR", "where findings are kept (./unmask-data)"),
        OptionSpec("config", "FILE", "rules, as deploy/unmask.example.yaml shows; SIGHUP reads them again"),
        OptionSpec("memory", "SIZE", "budget for spans in memory, such as 2GiB (the default) or 512MiB"),
        OptionSpec("settle", "TIME", "a trace is final after so long without a new span (10s)"),
        OptionSpec("hot", "TIME", "keep all spans in memory so long where the budget allows (5m)"),
        OptionSpec("listen-native", "ADDR", "native protocol; `off` for none (127.0.0.1:7200)"),
        OptionSpec("listen-http", "ADDR", "API and metrics; `off` for none (127.0.0.1:7280)"),
        OptionSpec("listen-otlp-http", "ADDR", "OTLP over HTTP; `off` for none (127.0.0.1:4318)"),
        OptionSpec("listen-otlp-grpc", "ADDR", "OTLP over gRPC; `off` for none (127.0.0.1:4317)"),
        OptionSpec("listen-zipkin", "ADDR", "Zipkin; `off` for none (127.0.0.1:9411)"),
        OptionSpec("otlp-cors", "ORIGIN", "let pages of this origin send OTLP from browsers; `*` for all"),
        OptionSpec("listen-xray", "ADDR", "X-Ray daemon, UDP and HTTP, such as 127.0.0.1:2000 (off)"),
        OptionSpec("threads", "N", "reader threads, 1 to 64 (2)"),
        OptionSpec("hello-timeout", "TIME", "a native client has so long to introduce itself (10s)"),
        OptionSpec("idle-timeout", "TIME", "a native client may be silent so long (2m)"),
        OptionSpec("token", "TOKEN", "ask clients and readers for this token (UNMASK_TOKEN)"),
        OptionSpec("insecure-listen", nil, "allow an address beyond loopback without a token"),
    ]

    static let command = Command(
        name: "serve", summary: "run the collector", options: options,
        details: """
            Port 0 lets the system choose; the first line of output and DIR/ports.json say which it was.
            Ends on SIGTERM and SIGINT, after judging what it has taken. SIGHUP reads the rules of --config again; where
            they are wrong, every mistake is told and the old ones stay.
            """,
        run: { arguments, console throws(CommandError) in
            try run(settings(arguments, console), console, config: arguments["config"], whileServing: { _ in })
        })

    /// Serves until a signal comes. `whileServing` is called once the listeners are open.
    static func run(
        _ settings: CollectorSettings, _ console: Console, config: String?,
        whileServing: (CollectorService) throws(CommandError) -> Void
    ) throws(CommandError) -> ExitCode {
        // Before any thread starts, so that all of them leave signals to this one.
        ProcessSelf.blockSignals()
        let service = try open(settings)
        console.out(greeting(service, settings))
        try whileServing(service)
        while ProcessSelf.waitForSignal() == .reload {
            reload(service, config, console)
        }
        console.error("ending: judging what was taken")
        service.stop()
        return .success
    }

    /// Right rules take effect, wrong ones change nothing.
    static func reload(_ service: CollectorService, _ config: String?, _ console: Console) {
        guard let config else { return console.error("SIGHUP: there is no --config to read again") }
        do throws(CommandError) {
            let rules = try RulesFile.rules(config, console)
            if rules.gateways != service.gateways {
                console.error("SIGHUP: other gateways are listened to from the next start on")
            }
            service.exchange(rules)
            console.error("SIGHUP: the rules of \(SafeText.escape(config, style: .plain)) are in force")
        } catch {
            console.error("SIGHUP: \(error.message); the rules stay as they were")
        }
    }

    private static func open(_ settings: CollectorSettings) throws(CommandError) -> CollectorService {
        do {
            return try CollectorService(settings)
        } catch {
            throw CommandError(.configuration, error.description)
        }
    }

    private static func greeting(_ service: CollectorService, _ settings: CollectorSettings) -> String {
        let doors = service.openDoors + ["data \(settings.dataFolder)"]
        return "unmask \(CommandLineTool.version) listens: \(doors.joined(separator: ", "))\n"
    }

    static func settings(_ arguments: Arguments, _ console: Console) throws(CommandError) -> CollectorSettings {
        var settings = CollectorSettings()
        settings.version = CommandLineTool.version
        if let folder = arguments["data"] { settings.dataFolder = folder }
        if let config = arguments["config"] { settings.rules = try RulesFile.rules(config, console) }
        settings.token = arguments["token"] ?? console.environment("UNMASK_TOKEN") ?? ""
        settings.allowsInsecureListening = arguments.has("insecure-listen")
        settings.native = try address(arguments, "listen-native", settings.native)
        settings.http = try address(arguments, "listen-http", settings.http)
        settings.otlpHTTP = try address(arguments, "listen-otlp-http", settings.otlpHTTP)
        settings.otlpGRPC = try address(arguments, "listen-otlp-grpc", settings.otlpGRPC)
        settings.zipkin = try address(arguments, "listen-zipkin", settings.zipkin)
        settings.otlpOrigin = arguments["otlp-cors"] ?? ""
        settings.xray = try address(arguments, "listen-xray", settings.xray)
        settings.readerThreads = try arguments.number("threads", 1...64) ?? settings.readerThreads
        settings.helloNanoseconds = try timeout(arguments, "hello-timeout", settings.helloNanoseconds)
        settings.idleNanoseconds = try timeout(arguments, "idle-timeout", settings.idleNanoseconds)
        let memory = try arguments.size("memory") ?? settings.limits.memoryBytes
        let quiet = try arguments.duration("settle") ?? settings.limits.quietNanoseconds
        guard (10_000_000...60_000_000_000).contains(quiet) else {
            throw .usage("--settle must lie between 10ms and 60s")
        }
        let hot = try arguments.duration("hot") ?? settings.limits.hotNanoseconds
        settings.limits = StoreLimits(
            memoryBytes: memory, quietNanoseconds: quiet, settleNanosecondsMax: quiet * 6, hotNanoseconds: hot)
        return settings
    }

    private static func timeout(
        _ arguments: Arguments, _ name: String, _ fallback: UInt64
    ) throws(CommandError) -> UInt64 {
        let time = try arguments.duration(name) ?? fallback
        guard (10_000_000...86_400_000_000_000).contains(time) else {
            throw .usage("--\(name) must lie between 10ms and 24h")
        }
        return time
    }

    private static func address(
        _ arguments: Arguments, _ name: String, _ fallback: SocketAddress?
    ) throws(CommandError) -> SocketAddress? {
        guard let text = arguments[name] else { return fallback }
        if text == "off" { return nil }
        guard let address = SocketAddress(text) else {
            throw .usage("--\(name) must be an address such as 127.0.0.1:7200, or off, not \(SafeText.quoted(text))")
        }
        return address
    }
}

extension Arguments {
    func number(_ name: String, _ range: ClosedRange<Int>) throws(CommandError) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            let bounds = "from \(range.lowerBound) to \(range.upperBound)"
            throw .usage("--\(name) must be a number \(bounds), not \(SafeText.quoted(text))")
        }
        return number
    }

    func size(_ name: String) throws(CommandError) -> Int? {
        guard let text = self[name] else { return nil }
        guard let size = ByteSize(text), size.bytes <= 1 << 38 else {
            throw .usage("--\(name) must be a size such as 512MiB or 2GiB, up to 256GiB, not \(SafeText.quoted(text))")
        }
        return Int(size.bytes)
    }

    func duration(_ name: String) throws(CommandError) -> UInt64? {
        guard let text = self[name] else { return nil }
        guard let duration = DurationText(text) else {
            throw .usage("--\(name) must be a time such as 200ms, 10s or 5m, not \(SafeText.quoted(text))")
        }
        return duration.nanoseconds
    }
}

import Foundation
import HTTP
import JSON
import Testing
import TraceModel
import Wire

/// The program itself: what it says when it can't serve, and how it ends.
@Suite struct ServeProcessTests {
    /// Runs `unmask` to its end and checks that mistakes are told in words.
    private func fail(_ words: [String], code: Int32, _ message: (String) -> Bool) throws {
        let process = try ChildProcess(CollectorProcess.executable, words, name: "unmask")
        #expect(try process.wait() == code)
        let lines = process.err.split(separator: "\n").map(String.init)
        let first = try #require(lines.first)
        #expect(first.hasPrefix("unmask: ") && message(String(first.dropFirst(8))), "\(first)")
        #expect(lines.count == 1)
        #expect(process.out.isEmpty)
    }

    @Test func aPortThatIsInUse() throws {
        let first = try CollectorProcess()
        let folder = TemporaryFolder()
        var words = CollectorProcess.words(folder)
        words[words.firstIndex(of: "127.0.0.1:0")!] = "127.0.0.1:\(first.nativePort)"
        try fail(words, code: 78) {
            $0 == "127.0.0.1:\(first.nativePort) is in use by another program: stop it, "
                + "or choose another address with --listen-native"
        }
        words = CollectorProcess.words(folder)
        let port = try #require(first.url.split(separator: ":").last)
        words[words.firstIndex(of: "--listen-http")! + 1] = "127.0.0.1:\(port)"
        try fail(words, code: 78) { $0.contains("127.0.0.1:\(port)") && $0.contains("--listen-http") }
        #expect(first.isRunning)
    }

    @Test func aDataFolderThatIsInUse() throws {
        let folder = TemporaryFolder()
        let first = try CollectorProcess(folder: folder)
        try fail(CollectorProcess.words(folder), code: 78) {
            $0 == "another collector uses the data folder \(folder.file("data")): stop it, "
                + "or choose another with --data"
        }
        #expect(try first.stop() == 0)
        #expect(try CollectorProcess(folder: folder).stop() == 0)
    }

    private static let allOff = [
        "--listen-native", "off", "--listen-http", "off", "--listen-otlp-http", "off", "--listen-zipkin", "off",
        "--listen-otlp-grpc", "off",
    ]

    @Test(arguments: ["file", "file/below", "missing-in-proc"]) func aFolderThatCanNotBeMade(kind: String) throws {
        let folder = TemporaryFolder()
        try Data().write(to: URL(fileURLWithPath: folder.file("file")))
        let path = kind == "missing-in-proc" ? "/proc/unmask-data" : folder.file(kind)
        var words = CollectorProcess.words(folder)
        words[2] = path
        try fail(words, code: 78) { $0.hasPrefix("the data folder can't be used (") && $0.contains("--data") }
    }

    @Test(
        arguments: [
            (["--nonsense"], 64, "unknown option '--nonsense'"),
            (["--memory", "lots"], 64, "--memory must be a size such as 512MiB or 2GiB, up to 256GiB, not 'lots'"),
            (["--memory", "1MiB"], 78, "--memory must be at least 128MiB"),
            (["--memory", "999999999TiB"], 64, "--memory must be a size"),
            (["--settle", "1"], 64, "--settle must be a time such as 200ms, 10s or 5m, not '1'"),
            (["--settle", "2h"], 64, "--settle must lie between 10ms and 60s"),
            (["--threads", "0"], 64, "--threads must be a number from 1 to 64, not '0'"),
            (["--hello-timeout", "1ms"], 64, "--hello-timeout must lie between 10ms and 24h"),
            (["--idle-timeout", "48h"], 64, "--idle-timeout must lie between 10ms and 24h"),
            (["--listen-native", "nowhere"], 64, "--listen-native must be an address"),
            (["--listen-native", "127.0.0.1:99999"], 64, "--listen-native must be an address"),
            (["--listen-native", "0.0.0.0:0"], 78, "--listen-native 0.0.0.0:0 is open to the network and asks for no"),
            (["--listen-http", "[::]:0"], 78, "--listen-http [::]:0 is open to the network and asks for no token"),
            (["--listen-native", "192.0.2.1:1", "--token", "t"], 78, "listen on 192.0.2.1:1: "),
            (Self.allOff, 78, "with all listeners off"),
            (["surplus"], 64, "serve takes no 'surplus'"), (["--data"], 64, "--data needs a value"),
        ] as [([String], Int32, String)])
    func aMistakeIsToldInOneLine(words: [String], code: Int32, message: String) throws {
        let folder = TemporaryFolder()
        try fail(CollectorProcess.words(folder) + words, code: code) { $0.hasPrefix(message) }
    }

    @Test func thePortsStandInTheFirstLineAndInAFile() throws {
        let collector = try CollectorProcess()
        let ports = try JSONParser.parse(Array(collector.portsDocument.utf8))
        #expect(ports["native"]?.string == "127.0.0.1:\(collector.nativePort)")
        #expect(ports["http"]?.string.map { "http://\($0)" } == collector.url)
        #expect(try collector.get("/readyz").status == 200)
    }

    @Test(arguments: [SIGTERM, SIGINT]) func aSignalEndsItWithAGoodbye(signal: Int32) throws {
        let collector = try CollectorProcess()
        let idle = try NativeProbe(greeting: collector)
        let busy = try NativeProbe(greeting: collector)
        let silent = try NativeProbe(collector)
        let halfway = try NativeProbe(greeting: collector)
        halfway.send([0, 0, 1, 0, 3, 0, 1, 2, 3])
        let spans = SpanSamples.trace(SpanSamples.traceID(), spans: 500)
        #expect(try busy.deliver(spans, sequence: 1).acceptedSpans == 500)
        try collector.await("unmask_native_connections_open") { $0 == 4 }
        collector.send(signal)
        let farewell = Goodbye(code: WireError.Code.shuttingDown.number, message: "shutting down")
        for probe in [idle, busy, silent, halfway] {
            #expect(try probe.goodbye() == farewell)
            #expect(try probe.isClosed())
        }
        #expect(try collector.wait() == 0)
        #expect(collector.errorOutput == "unmask: ending: judging what was taken\n")
    }

    @Test func aClientThatReadsNothingDoesNotHoldUpTheEnd() throws {
        let collector = try CollectorProcess()
        let probe = try NativeProbe(collector)
        probe.setReceiveBuffer(4096)
        probe.send(BrokenFrame.hello("greedy"))
        let chunk = RudeClientTests.emptyBatches(20_000)
        for _ in 0..<100 where probe.send(chunk, waiting: false) { usleep(1000) }
        #expect(try collector.stop() == 0)
    }

    @Test func reloadingIsNoEnd() throws {
        let collector = try CollectorProcess()
        collector.send(SIGHUP)
        let probe = try NativeProbe(greeting: collector)
        #expect(try probe.deliver(SpanSamples.trace(SpanSamples.traceID()), sequence: 1).acceptedSpans == 2)
        #expect(try collector.stop() == 0)
    }
}

import Foundation
import HTTP
import JSON

/// The real program, serving on ports of its own with a folder of its own.
final class CollectorProcess {
    let nativePort: UInt16
    let url: String
    let greeting: String
    let token: String
    private let process: ChildProcess
    private let client = HTTPClient(timeoutMilliseconds: 10_000)

    /// Beside the test bundle, where the build puts both.
    static let executable: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("unmask").path
    }()

    init(_ options: [String] = [], token: String = "", folder: TemporaryFolder = TemporaryFolder()) throws {
        self.token = token
        process = try ChildProcess(
            Self.executable, Self.words(folder) + options, name: "serve", folder: folder,
            environment: token.isEmpty ? [:] : ["UNMASK_TOKEN": token])
        greeting = try Self.firstLine(of: process)
        let words = greeting.split(whereSeparator: { " ,".contains($0) }).map(String.init)
        guard let native = words.firstIndex(of: "native"), let http = words.firstIndex(of: "http"),
            let port = UInt16(words[native + 1].split(separator: ":").last ?? "")
        else { throw TestFailure("no ports in: \(greeting)") }
        nativePort = port
        url = words[http + 1]
    }

    static func words(_ folder: TemporaryFolder) -> [String] {
        [
            "serve", "--data", folder.file("data"), "--settle", "1s", "--listen-native", "127.0.0.1:0",
            "--listen-http", "127.0.0.1:0", "--listen-otlp-http", "127.0.0.1:0", "--listen-zipkin", "127.0.0.1:0",
            "--listen-otlp-grpc", "127.0.0.1:0",
        ]
    }

    private static func firstLine(of process: ChildProcess) throws -> String {
        let deadline = Date(timeIntervalSinceNow: 20)
        while Date() < deadline {
            let out = process.out
            if let end = out.firstIndex(of: "\n") { return String(out[..<end]) }
            if let code = process.poll() { throw TestFailure("serve ended with \(code): \(process.err)") }
            usleep(5000)
        }
        throw TestFailure("serve said nothing within 20 s")
    }

    var isRunning: Bool { process.poll() == nil }
    var errorOutput: String { process.err }
    var portsDocument: String { process.folder.text("data/ports.json") }

    /// Where one of the other listeners is.
    func url(_ listener: String) -> String {
        let ports = try? JSONParser.parse(Array(portsDocument.utf8))
        return "http://" + (ports?[listener]?.string ?? "nowhere")
    }

    func get(_ path: String) throws -> HTTPClient.Answer {
        try client.get(url + path, headers: token.isEmpty ? [:] : ["Authorization": "Bearer \(token)"])
    }

    /// The status of an answer to somebody without a token.
    static func ask(_ url: String) throws -> Int { try HTTPClient().get(url).status }

    /// The API's document of a trace; nil where there is none.
    func trace(_ id: String) throws -> JSONValue? {
        let answer = try get("/api/v1/traces/\(id)")
        if answer.status == 404 { return nil }
        guard answer.status == 200 else {
            throw TestFailure("\(answer.status): \(String(decoding: answer.body, as: UTF8.self))")
        }
        return try JSONParser.parse(answer.body)
    }

    func spans(of id: String) throws -> [JSONValue] { try trace(id)?["spans"]?.array ?? [] }

    func metric(_ name: String) throws -> Double {
        let text = String(decoding: try get("/metrics").body, as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        guard let value = line.flatMap({ Double($0.dropFirst(name.count + 1)) }) else {
            throw TestFailure("no metric \(name)")
        }
        return value
    }

    /// Waits until a metric is what it has to become.
    func await(_ name: String, _ isReached: (Double) -> Bool) throws {
        let deadline = Date(timeIntervalSinceNow: 10)
        while Date() < deadline {
            if isReached(try metric(name)) { return }
            usleep(10_000)
        }
        throw TestFailure("\(name) stays at \(try metric(name))")
    }

    func send(_ signal: Int32) { process.send(signal) }

    func wait() throws -> Int32 { try process.wait() }

    func stop() throws -> Int32 {
        process.send(SIGTERM)
        return try process.wait()
    }
}

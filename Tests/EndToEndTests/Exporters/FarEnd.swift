import Foundation
import HTTP
import Synchronization

/// What stands at the other end of an exporter: a real program where there is one, else one that speaks its protocol.
protocol FarEnd: AnyObject {
    /// Lines of the exporter's configuration, but for its name.
    var settings: [String] { get }
    var environment: [String: String] { get }
    /// What has come, in its order, as text.
    func received() throws -> [String]
    func stop() throws
    func start() throws
    /// Its protocol tells the sender what was taken.
    var isAcknowledged: Bool { get }
    /// What was told while its readers were away is there for them later.
    var isRemembered: Bool { get }
    /// It tells messages in the order in which they came.
    var isOrdered: Bool { get }
}

extension FarEnd {
    var environment: [String: String] { [:] }
    var isAcknowledged: Bool { true }
    var isRemembered: Bool { isAcknowledged }
    var isOrdered: Bool { true }
}

/// A server that remembers what was posted to it.
class PostBox: FarEnd {
    struct Post: Sendable {
        var path: String
        var headers: HTTPHeaders
        var body: [UInt8]
    }

    private final class Memory: Sendable {
        let posts = Mutex<[Post]>([])
        let answer = Mutex<HTTPResponse>(HTTPResponse(status: 202, text: "thank you"))
    }

    private let memory = Memory()
    private var server: HTTPServer?
    let port: UInt16
    var url: String { "http://127.0.0.1:\(port)" }

    required init() throws {
        port = try RealGateway.freePort()
        try start()
    }

    func start() throws {
        let memory = memory
        server = try HTTPServer(address: "127.0.0.1", port: port) { request in
            memory.posts.withLock {
                $0.append(Post(path: request.rawPath, headers: request.headers, body: request.body))
            }
            return memory.answer.withLock { $0 }
        }
    }

    func stop() {
        server?.stop()
        server = nil
    }

    func answer(_ response: HTTPResponse) { memory.answer.withLock { $0 = response } }
    var posts: [Post] { memory.posts.withLock { $0 } }
    func received() throws -> [String] { posts.map { String(decoding: $0.body, as: UTF8.self) } }
    var settings: [String] { [] }
    var environment: [String: String] { [:] }
}

final class SlackBox: PostBox {
    override var settings: [String] { ["type: slack", "secret_env: SLACK_URL", "allow_private: 127.0.0.1"] }
    override var environment: [String: String] { ["SLACK_URL": "\(url)/services/T0/B0/sEcReT"] }
}

final class PagerDutyBox: PostBox {
    override var settings: [String] {
        ["type: pagerduty", "secret_env: ROUTING_KEY", "url: \(url)/v2/enqueue", "allow_private: 127.0.0.1"]
    }
    override var environment: [String: String] { ["ROUTING_KEY": "R0sEcReT"] }
}

final class OTLPBox: PostBox {
    override var settings: [String] {
        [
            "type: otlp", "url: \(url)", "secret_env: KEY", "secret_header: api-key", "allow_private: 127.0.0.1",
            "sends: [alerts, findings]", "signals: [logs, metrics, spans]",
        ]
    }
    override var environment: [String: String] { ["KEY": "sEcReT"] }
}

/// The standard's own library in Python.
final class WebhookReceiver: FarEnd {
    static let secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c0VjUmVUc0VjUmVUc0VjUmVUc0VjUmVU"]
    private let folder = TemporaryFolder()
    private let port: UInt16
    private var process: ChildProcess?

    init() throws {
        port = try RealGateway.freePort()
        try start()
    }

    func start() throws {
        let process = try ChildProcess(
            PythonProgram.interpreter(),
            ["-B", PythonProgram.path("webhook_receiver.py"), folder.file("log"), "\(port)"] + Self.secrets,
            name: "receiver")
        self.process = process
        try RealGateway.await(port: port, process)
    }

    func stop() throws {
        process?.send(SIGKILL)
        _ = try process?.wait()
    }

    var lines: [String] { folder.text("log").split(separator: "\n").map(String.init) }
    func received() throws -> [String] { lines }
    var environment: [String: String] { ["NEW": Self.secrets[0], "OLD": Self.secrets[1]] }
    var settings: [String] {
        ["type: webhook", "url: http://localhost:\(port)/hook", "secret_env: [NEW, OLD]", "allow_private: localhost"]
    }
}

/// Lines in a file, which goes away with its folder.
final class LinesFile: FarEnd {
    private let folder = TemporaryFolder()
    private var below: String { folder.file("logs") }

    init() throws { try start() }

    var path: String { "\(below)/unmask.jsonl" }
    func start() throws { try FileManager.default.createDirectory(atPath: below, withIntermediateDirectories: true) }
    func stop() throws {
        earlier += try received()
        try FileManager.default.removeItem(atPath: below)
    }

    private var earlier: [String] = []
    func received() throws -> [String] {
        let data = FileManager.default.contents(atPath: path) ?? Data()
        return earlier + String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
    var settings: [String] { ["type: json_lines", "path: \(path)", "sends: [alerts, findings]"] }
}

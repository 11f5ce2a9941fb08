import Foundation
import HTTP
import JSON

/// Debian's Alertmanager.
final class AlertmanagerServer: FarEnd {
    static let program = RealGateway.program("/usr/bin/prometheus-alertmanager")
    private let folder = TemporaryFolder()
    let port: UInt16
    private let clusterPort: UInt16
    private var process: ChildProcess?

    init() throws {
        port = try RealGateway.freePort()
        clusterPort = try RealGateway.freePort()
        let configuration = "route: {receiver: none}\nreceivers: [{name: none}]\n"
        try RealGateway.write(configuration, folder.file("alertmanager.yml"))
        try start()
    }

    func start() throws {
        guard let program = Self.program else { throw TestFailure("install prometheus-alertmanager (deploy/test)") }
        let process = try ChildProcess(
            program,
            [
                "--config.file=\(folder.file("alertmanager.yml"))", "--storage.path=\(folder.file("storage"))",
                "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=",
            ], name: "alertmanager")
        self.process = process
        try RealGateway.await(port: port, process)
    }

    func stop() throws {
        process?.send(SIGTERM)
        _ = try process?.wait()
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var settings: [String] {
        ["type: alertmanager", "url: [\(url)]", "allow_private: [127.0.0.1]", "resend: 1s"]
    }
    /// It shows what stands, not what came.
    var isOrdered: Bool { false }

    func alerts() throws -> [JSONValue] {
        let answer = try HTTPClient().get("\(url)/api/v2/alerts")
        return try JSONParser.parse(answer.body).array ?? []
    }

    func received() throws -> [String] {
        try alerts().map { String(decoding: JSONWriter.bytes($0), as: UTF8.self) }
    }
}

/// Debian's nats-server with a subscriber that knows no library.
final class NATSServer: FarEnd {
    static let program = RealGateway.program("/usr/sbin/nats-server", "/usr/bin/nats-server")
    private let port: UInt16
    private var process: ChildProcess?
    private var subscriber: LineSocket?
    private var earlier: [String] = []

    init() throws {
        port = try RealGateway.freePort()
        try start()
    }

    func start() throws {
        guard let program = Self.program else { throw TestFailure("install nats-server (deploy/test)") }
        // The token stands in a folder of the test alone.
        let process = try ChildProcess(
            program, ["--addr", "127.0.0.1", "--port", "\(port)", "--auth", "sEcReT"], name: "nats")
        self.process = process
        try RealGateway.await(port: port, process)
        let subscriber = try LineSocket(port: port)
        subscriber.send("CONNECT {\"verbose\":false,\"headers\":true,\"auth_token\":\"sEcReT\"}\r\n")
        subscriber.send("SUB unmask.alerts 1\r\nPING\r\n")
        try eventually("the subscriber is welcome") { subscriber.text.contains("PONG") }
        self.subscriber = subscriber
    }

    func stop() throws {
        earlier += try received().dropFirst(earlier.count)
        subscriber = nil
        process?.send(SIGTERM)
        _ = try process?.wait()
    }

    /// A subject has no memory: who subscribes a moment later has missed it.
    var isRemembered: Bool { false }

    func received() throws -> [String] {
        let text = subscriber?.text ?? ""
        return earlier + text.components(separatedBy: "HMSG ").dropFirst()
    }

    var environment: [String: String] { ["TOKEN": "sEcReT"] }
    var settings: [String] {
        [
            "type: nats", "url: nats://localhost:\(port)", "subject: unmask.alerts", "secret_env: TOKEN",
            "allow_private: [localhost]", "timeout: 2s",
        ]
    }
}

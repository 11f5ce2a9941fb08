import Foundation
import HTTP

/// What tests of gateways from Debian's packages share: their recipes from `deploy/recipes` on ports of their own.
enum RealGateway {
    static let recipes = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "deploy/recipes").path

    /// The first of these programs that is installed.
    static func program(_ paths: String...) -> String? {
        paths.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// A recipe with other ports and paths in place of its own.
    static func recipe(_ name: String, _ replacements: [(String, String)]) throws -> String {
        var text = try String(contentsOfFile: "\(recipes)/\(name)", encoding: .utf8)
        for (from, to) in replacements {
            guard text.contains(from) else { throw TestFailure("\(name) has no \(from)") }
            text = text.replacingOccurrences(of: from, with: to)
        }
        return text
    }

    static func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    /// A port that was free a moment ago.
    static func freePort() throws -> UInt16 {
        let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(raw) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                guard bind(raw, $0, length) == 0, getsockname(raw, $0, &length) == 0 else {
                    throw TestFailure("no free port")
                }
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
    }

    /// Waits until somebody listens.
    static func await(port: UInt16, _ process: ChildProcess) throws {
        let deadline = Date(timeIntervalSinceNow: 20)
        while Date() < deadline {
            if (try? LogSender(.tcp, port: port)) != nil { return }
            if let code = process.poll() { throw TestFailure("it ended with \(code): \(process.err) \(process.out)") }
            usleep(20_000)
        }
        throw TestFailure("nobody listens on \(port): \(process.err) \(process.out)")
    }

    /// Asks a gateway within a trace of its own, which it returns with the answer's code.
    static func ask(_ port: UInt16, _ path: String) throws -> (trace: String, status: Int) {
        let trace = GatewaySyslogTests.id()
        let answer = try HTTPClient(timeoutMilliseconds: 20_000).get(
            "http://127.0.0.1:\(port)\(path)", headers: ["traceparent": "00-\(trace)-00f067aa0ba902b7-01"])
        return (trace, answer.status)
    }
}

import Foundation
import JSON

/// Sends what gateways send: datagrams and streams of bytes to a port of this machine.
final class LogSender {
    private let raw: Int32

    enum Way {
        case udp
        case tcp
    }

    init(_ way: Way, port: UInt16) throws {
        raw = socket(AF_INET, Int32((way == .udp ? SOCK_DGRAM : SOCK_STREAM).rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw TestFailure("nobody listens on \(port): \(String(cString: strerror(errno)))") }
    }

    deinit { close(raw) }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { Glibc.send(raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }
}

/// A collector that reads the log of a gateway as a configuration says.
struct GatewayCollector {
    let collector: CollectorProcess
    let folder: TemporaryFolder
    /// In the order of the configuration.
    let ports: [UInt16]

    /// `LOG` in the configuration becomes the path of the folder's file `access.log`.
    init(_ configuration: String, folder: TemporaryFolder = TemporaryFolder(), options: [String] = []) throws {
        self.folder = folder
        let path = folder.file("unmask.yaml")
        let text = configuration.replacingOccurrences(of: "LOG", with: folder.file("access.log"))
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        collector = try CollectorProcess(["--config", path] + options, folder: folder)
        let words = collector.greeting.split(whereSeparator: { " ,".contains($0) })
        ports = words.filter { $0.hasPrefix("udp://") || $0.hasPrefix("tcp://") }.compactMap {
            UInt16($0.split(separator: ":").last ?? "")
        }
    }

    var log: String { folder.file("access.log") }

    func append(_ text: String, to path: String? = nil) throws {
        let path = path ?? log
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }

    /// The verdict of a trace once it is there in its final state.
    func verdict(_ id: String) throws -> String {
        let deadline = Date(timeIntervalSinceNow: 15)
        var last = "nothing"
        while Date() < deadline {
            if let trace = try collector.trace(id) {
                last = trace["verdict"]?["verdict"]?.string ?? "no verdict"
                if trace["verdict"]?["state"]?.string == "final" { return last }
            }
            usleep(20_000)
        }
        return "not final: \(last)"
    }

    func refused(_ service: String, _ reason: String) throws -> Double {
        try collector.metric("unmask_gateway_refused_total{gateway=\"\(service)\",reason=\"\(reason)\"}")
    }

    func awaitRefused(_ service: String, _ reason: String, _ isReached: (Double) -> Bool) throws {
        try collector.await("unmask_gateway_refused_total{gateway=\"\(service)\",reason=\"\(reason)\"}", isReached)
    }

    func awaitLines(_ service: String, _ count: Int) throws {
        try collector.await("unmask_gateway_lines_total{gateway=\"\(service)\"}") { $0 >= Double(count) }
    }
}

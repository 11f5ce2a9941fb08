import Foundation

/// A connection whose bytes are collected by a thread of their own.
final class LineSocket: @unchecked Sendable {
    private let descriptor: Int32
    private let lock = NSLock()
    private var bytes: [UInt8] = []

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw TestFailure("no connection to \(port)") }
        collect()
    }

    init(reading descriptor: Int32) {
        self.descriptor = descriptor
        collect()
    }

    deinit { close(descriptor) }

    private func collect() {
        let descriptor = dup(descriptor)
        Thread.detachNewThread { [weak self] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                guard count > 0, let self else { break }
                self.lock.withLock { self.bytes += buffer[..<count] }
            }
            close(descriptor)
        }
    }

    func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }
    func send(_ text: String) { _ = Foundation.send(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL)) }
    var text: String { lock.withLock { String(decoding: bytes, as: UTF8.self) } }

    static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}

/// Takes datagrams on a port of its own.
class DatagramSocket: FarEnd, @unchecked Sendable {
    let port: UInt16
    private var descriptor: Int32 = -1
    private var taken: [String] = []

    required init() throws {
        port = try RealGateway.freePort()
        try start()
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func start() throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = LineSocket.loopback(port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw TestFailure("port \(port) is taken") }
    }

    func stop() {
        drain()
        close(descriptor)
        descriptor = -1
    }

    private func drain() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while descriptor >= 0 {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count <= 0 { return }
            taken.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
    }

    func received() throws -> [String] {
        drain()
        return taken
    }

    var settings: [String] { [] }
    /// Nobody answers a datagram.
    var isAcknowledged: Bool { false }
}

final class SyslogDatagrams: DatagramSocket, @unchecked Sendable {
    override var settings: [String] {
        ["type: syslog", "address: udp://127.0.0.1:\(port)", "allow_private: 127.0.0.1", "sends: [alerts, findings]"]
    }
}

final class StatsdSocket: DatagramSocket, @unchecked Sendable {
    override var settings: [String] {
        ["type: statsd", "address: udp://127.0.0.1:\(port)", "allow_private: 127.0.0.1", "sends: [alerts, findings]"]
    }
}

/// Takes syslog over TCP, each message behind its length.
final class SyslogStream: FarEnd, @unchecked Sendable {
    private let port: UInt16
    private let lock = NSLock()
    private var listener: Int32 = -1
    private var connections: [LineSocket] = []

    init() throws {
        port = try RealGateway.freePort()
        try start()
    }

    func start() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        var address = LineSocket.loopback(port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0, listen(listener, 8) == 0 else { throw TestFailure("port \(port) is taken") }
        self.listener = listener
        Thread.detachNewThread { [weak self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0, let self else { return }
                self.lock.withLock { self.connections.append(LineSocket(reading: descriptor)) }
            }
        }
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        for connection in lock.withLock({ connections }) { connection.end() }
    }

    func received() throws -> [String] {
        lock.withLock { connections }.flatMap { connection in
            connection.text.components(separatedBy: ">1 ").dropFirst()
        }
    }

    var settings: [String] {
        ["type: syslog", "address: tcp://127.0.0.1:\(port)", "allow_private: 127.0.0.1", "sends: [alerts, findings]"]
    }
}

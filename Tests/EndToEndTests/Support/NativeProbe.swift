import Foundation
import TraceModel
import Wire

/// A native client that says exactly what a test wants, and waits at most ten seconds for an answer.
///
/// One thread may send while another reads.
final class NativeProbe: @unchecked Sendable {
    private let descriptor: Int32
    private let decoder = MessageDecoder()
    private var received: [UInt8] = []
    /// Where in the stream the next frame will begin.
    private(set) var sentBytes: UInt64 = 0

    init(_ collector: CollectorProcess, patienceSeconds: Int = 10) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = collector.nativePort.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw TestFailure("no connection: \(String(cString: strerror(errno)))") }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            var patience = timeval(tv_sec: patienceSeconds, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    deinit { close(descriptor) }

    /// False where the collector takes no more.
    @discardableResult
    func send(_ bytes: [UInt8], waiting: Bool = true) -> Bool {
        var sent = 0
        let flags = Int32(MSG_NOSIGNAL) | (waiting ? 0 : Int32(MSG_DONTWAIT))
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, flags) }
            if count <= 0 { return false }
            sent += count
            sentBytes += UInt64(count)
        }
        return true
    }

    func send(_ kind: FrameKind, _ payload: [UInt8] = [], flags: FrameFlags = []) {
        var bytes: [UInt8] = []
        FrameWriter.append(kind, flags: flags, payload: payload, to: &bytes)
        send(bytes)
    }

    /// Says that nothing more will be sent, and still reads.
    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    func setReceiveBuffer(_ bytes: Int32) {
        var size = bytes
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4)
    }

    enum Reply {
        case frame(FrameKind, [UInt8])
        case closed
    }

    func next() throws -> Reply {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let frame = try received.withUnsafeBytes { bytes throws(WireError) in
                try FrameParser.first(in: bytes, limits: FrameLimits()).map { ($0.kind, [UInt8]($0.payload), $0.bytes) }
            }
            if let (kind, payload, bytes) = frame {
                received.removeFirst(bytes)
                return .frame(kind, payload)
            }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EAGAIN { throw TestFailure("the collector is silent") }
            if count <= 0 { return .closed }
            received += buffer[..<count]
        }
    }

    /// The next bytes as they come, frames or not.
    func bytes(_ count: Int) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while received.count < count {
            let got = recv(descriptor, &buffer, buffer.count, 0)
            guard got > 0 else { throw TestFailure("\(received.count) bytes came instead of \(count): \(received)") }
            received += buffer[..<got]
        }
        defer { received.removeFirst(count) }
        return Array(received[..<count])
    }

    private func payload(_ wanted: FrameKind) throws -> [UInt8] {
        switch try next() {
        case .closed: throw TestFailure("the connection was closed where a frame of kind \(wanted) was due")
        case .frame(wanted, let payload): return payload
        case .frame(.error, let payload):
            throw TestFailure("\(try payload.withUnsafeBytes { try decoder.error($0) })")
        case .frame(let kind, _): throw TestFailure("a frame of kind \(kind) came instead of \(wanted)")
        }
    }

    func welcome() throws -> Welcome { try payload(.welcome).withUnsafeBytes { try decoder.welcome($0) } }
    func ack() throws -> Ack { try payload(.ack).withUnsafeBytes { try decoder.ack($0) } }
    func pong() throws -> Ping { try payload(.pong).withUnsafeBytes { try decoder.ping($0) } }
    func goodbye() throws -> Goodbye { try payload(.goodbye).withUnsafeBytes { try decoder.goodbye($0) } }

    /// The Error frame, and then the end.
    func refusal() throws -> WireError {
        let error = try payload(.error).withUnsafeBytes { try decoder.error($0) }
        guard try isClosed() else { throw TestFailure("the connection is open after an Error frame") }
        return error
    }

    func isClosed() throws -> Bool {
        if case .closed = try next() { true } else { false }
    }
}

extension NativeProbe {
    /// Connected, and welcomed.
    convenience init(greeting collector: CollectorProcess, instance: String = UUID().uuidString) throws {
        try self.init(collector)
        send(.hello, Hello(clientName: "probe", instance: instance, token: collector.token).payload)
        _ = try welcome()
    }

    /// Sends a batch and waits for its Ack.
    func deliver(_ spans: [SpanDetail], sequence: UInt64) throws -> Ack {
        send(.batch, SpanSamples.payload(spans, sequence: sequence))
        return try ack()
    }
}

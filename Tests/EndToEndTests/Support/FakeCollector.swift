import Foundation
import Synchronization
import Wire

/// A collector for one client that answers as a test wants. Its thread ends when the client is gone, or when
/// nobody comes within ten seconds.
final class FakeCollector: Sendable {
    let port: UInt16
    private let listener: Int32
    private let batches = Mutex<[UInt64]>([])

    /// The sequences of the batches as they came.
    var sequences: [UInt64] { batches.withLock { $0 } }

    init(answer: @escaping @Sendable (_ sequence: UInt64, _ times: Int) -> Ack) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(listener, $0, length) == 0 && listen(listener, 1) == 0)
                precondition(getsockname(listener, $0, &length) == 0)
            }
        }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in serve(answer) }
    }

    deinit { close(listener) }

    private func serve(_ answer: (UInt64, Int) -> Ack) {
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        defer { close(client) }
        setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(client, &buffer, buffer.count, 0)
            if count <= 0 { return }
            received += buffer[..<count]
            while let bytes = reply(to: &received, answer) {
                guard bytes.withUnsafeBytes({ send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }) > 0
                else { return }
            }
        }
    }

    /// The answer to the first frame, which is taken away; nil while it is not whole.
    private func reply(to received: inout [UInt8], _ answer: (UInt64, Int) -> Ack) -> [UInt8]? {
        let frame = received.withUnsafeBytes { bytes in
            (try? FrameParser.first(in: bytes, limits: FrameLimits())).map { ($0.kind, [UInt8]($0.payload), $0.bytes) }
        }
        guard let (kind, payload, length) = frame else { return nil }
        received.removeFirst(length)
        var bytes: [UInt8] = []
        switch kind {
        case .hello: FrameWriter.append(.welcome, payload: Self.welcome.payload, to: &bytes)
        case .batch:
            let sequence = payload.withUnsafeBytes { MessageDecoder.sequence(ofBatch: $0) }
            let times = batches.withLock { batches in
                batches.append(sequence)
                return batches.count { $0 == sequence }
            }
            FrameWriter.append(.ack, payload: answer(sequence, times).payload, to: &bytes)
        default: FrameWriter.append(.goodbye, payload: Goodbye().payload, to: &bytes)
        }
        return bytes
    }

    private static var welcome: Welcome {
        var welcome = Welcome()
        welcome.frameBytesMax = 4 << 20
        welcome.payloadBytesMax = 16 << 20
        welcome.batchSpansMax = 8192
        welcome.windowBatches = 64
        welcome.windowBytes = 8 << 20
        return welcome
    }
}

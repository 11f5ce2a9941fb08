import Platform
import Synchronization
import Traffic

/// Sends export requests over HTTP/2, each waiting for its answer, with as little of the protocol as a server needs to
/// see: what is measured is the collector.
struct GRPCLoad {
    let address: SocketAddress
    let connections: Int
    let spans: Int
    let mix: ScenarioMix

    func run() throws {
        let bodies = OTLPBodies(count: 160, mix: mix)
        let requests = (spans + OTLPBodies.spansEach - 1) / OTLPBodies.spansEach
        let next = Atomic<Int>(0)
        let failures = Atomic<Int>(0)
        // Another run must not send the same traces again.
        let firstRound = UInt16.random(in: 0 ... .max)
        try withoutActuallyEscaping(
            { () -> Void in
                do {
                    let link = try GRPCLink(address)
                    while true {
                        let number = next.add(1, ordering: .relaxed).oldValue
                        guard number < requests else { return }
                        let count = bodies.bodies.count
                        let body = bodies.body(
                            number % count, round: firstRound &+ UInt16(truncatingIfNeeded: number / count))
                        while try !link.export(body) {
                            failures.add(1, ordering: .relaxed)
                            Clock.sleep(nanoseconds: 100_000_000)
                        }
                    }
                } catch {
                    failures.add(1, ordering: .relaxed)
                }
            },
            do: { worker in
                let job = Job(run: worker)
                let threads = try (0..<connections).map { try WorkerThread(name: "load-\($0)") { job.run() } }
                for thread in threads { thread.join() }
            })
        let sent = requests * OTLPBodies.spansEach
        print("sent \(sent) spans of \(bodies.bytesPerSpan) bytes, \(failures.load(ordering: .relaxed)) failures")
    }

    private struct Job: @unchecked Sendable {
        let run: () -> Void
    }
}

/// One connection of HTTP/2 with one call at a time.
private final class GRPCLink {
    private let socket: Descriptor
    private var stream: UInt32 = 1
    private var waiting: [UInt8] = []
    private var received = [UInt8](repeating: 0, count: 65_536)
    private let block: [UInt8]
    private static let frameBytes = 16_384
    private static let settings: UInt8 = 4
    private static let headers: UInt8 = 1
    private static let data: UInt8 = 0

    init(_ address: SocketAddress) throws {
        socket = try Socket.connectBlocking(to: address)
        let fields = [
            (":method", "POST"), (":scheme", "http"), (":authority", "collector"), ("te", "trailers"),
            (":path", "/opentelemetry.proto.collector.trace.v1.TraceService/Export"),
            ("content-type", "application/grpc"),
        ]
        // Pseudo fields come first.
        let ordered = fields.filter { $0.0.hasPrefix(":") } + fields.filter { !$0.0.hasPrefix(":") }
        var block: [UInt8] = []
        for (name, value) in ordered {
            block.append(0)
            for text in [name, value] { block += [UInt8(text.utf8.count)] + Array(text.utf8) }
        }
        self.block = block
        let greeting = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + Self.frame(Self.settings, 0, 0, 0)
        try send(greeting + Self.frame(Self.settings, 1, 0, 0))
    }

    private static func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ length: Int) -> [UInt8] {
        Array(number(UInt32(length))[1...]) + [type, flags] + number(stream)
    }

    private static func number(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

    private func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let part = bytes.withUnsafeBytes {
                Socket.send(socket.raw, UnsafeRawBufferPointer(rebasing: $0[sent...]))
            }
            guard case .bytes(let count) = part else { throw PlatformError.last("send") }
            sent += count
        }
    }

    /// False where the call failed: only a success has a body.
    func export(_ body: [UInt8]) throws -> Bool {
        defer { stream += 2 }
        var request = Self.frame(Self.headers, 4, stream, block.count) + block
        let message = [0] + Self.number(UInt32(body.count)) + body
        for start in stride(from: 0, to: message.count, by: Self.frameBytes) {
            let end = min(start + Self.frameBytes, message.count)
            request += Self.frame(Self.data, end == message.count ? 1 : 0, stream, end - start)
            request += message[start..<end]
        }
        try send(request)
        return try answer()
    }

    private func answer() throws -> Bool {
        var hasBody = false
        while true {
            while waiting.count >= 9 {
                let length = Int(waiting[0]) << 16 | Int(waiting[1]) << 8 | Int(waiting[2])
                guard waiting.count >= 9 + length else { break }
                let (type, flags) = (waiting[3], waiting[4])
                waiting.removeFirst(9 + length)
                if type == Self.data { hasBody = true }
                if type == Self.headers, flags & 1 == 1 { return hasBody }
            }
            let got = received.withUnsafeMutableBytes { Socket.receive(socket.raw, into: $0) }
            guard case .bytes(let count) = got else { throw PlatformError.last("receive") }
            waiting += received[..<count]
        }
    }
}

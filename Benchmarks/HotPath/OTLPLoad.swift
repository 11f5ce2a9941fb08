import Platform
import Synchronization
import Traffic

/// Sends export requests over keep-alive connections, each waiting for its answer, as an SDK does.
struct OTLPLoad {
    let address: SocketAddress
    let connections: Int
    let spans: Int
    let mix: ScenarioMix

    func run() throws {
        let bodies = OTLPBodies(count: 160, mix: mix)
        let requests = (spans + OTLPBodies.spansEach - 1) / OTLPBodies.spansEach
        let next = Atomic<Int>(0)
        let failures = Atomic<Int>(0)
        try withoutActuallyEscaping(
            { () -> Void in
                do {
                    try Self.send(bodies, to: address, requests: requests, next, failures)
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

    private static func send(
        _ bodies: OTLPBodies, to address: SocketAddress, requests: Int, _ next: borrowing Atomic<Int>,
        _ failures: borrowing Atomic<Int>
    ) throws {
        let socket = try Socket.connectBlocking(to: address)
        var answer = [UInt8](repeating: 0, count: 4096)
        while true {
            let number = next.add(1, ordering: .relaxed).oldValue
            guard number < requests else { return }
            let count = bodies.bodies.count
            let body = bodies.body(number % count, round: UInt16(truncatingIfNeeded: number / count))
            let head =
                "POST /v1/traces HTTP/1.1\r\nHost: collector\r\nContent-Type: application/x-protobuf\r\n"
                + "Content-Length: \(body.count)\r\n\r\n"
            let request = Array(head.utf8) + body
            var sent = 0
            while sent < request.count {
                let part = request.withUnsafeBytes {
                    Socket.send(socket.raw, UnsafeRawBufferPointer(rebasing: $0[sent...]))
                }
                guard case .bytes(let bytes) = part else { throw PlatformError.last("send") }
                sent += bytes
            }
            let got = answer.withUnsafeMutableBytes { Socket.receive(socket.raw, into: $0) }
            guard case .bytes(let bytes) = got, bytes > 12 else { throw PlatformError.last("receive") }
            if !answer.starts(with: "HTTP/1.1 200".utf8) { failures.add(1, ordering: .relaxed) }
        }
    }
}

import Kernel
import Synchronization
import Testing
import TraceModel

@testable import Wire

/// A collector in memory of the test, on a real socket, that answers as the test wants. Ends with its last reference.
@dynamicMemberLookup
final class FakeCollector: Sendable {
    private let server: FakeServer

    init(
        port: UInt16 = 0, path: String? = nil, window: UInt32 = 64,
        answer: @escaping @Sendable (FakeServer.Batch) -> FakeServer.Answer = { _ in .accept }
    ) throws {
        server = try FakeServer(port: port, path: path, window: window, answer: answer)
    }

    deinit {
        server.stop()
    }

    subscript<Value>(dynamicMember path: KeyPath<FakeServer, Value>) -> Value { server[keyPath: path] }

    var isStalled: Bool {
        get { server.isStalled }
        set { server.isStalled = newValue }
    }
}

/// What its thread holds.
final class FakeServer: Sendable {
    struct Batch: Sendable {
        var sequence: UInt64
        var instance: String
        var connection: Int
        var spans: [SpanDetail]
        /// Where its frame began in the client's stream.
        var offset: UInt64 = 0
    }

    enum Answer: Sendable {
        case accept
        case retryLater(milliseconds: UInt32)
        case reject
        case partial(dropped: UInt32)
        /// Says nothing to this batch.
        case silence
        /// Closes the connection instead.
        case hangUp
        /// Says that the frame was wrong, and where it began.
        case error(WireError.Code)
    }

    private struct State {
        var batches: [Batch] = []
        var connections = 0
        var isStalled = false
        var hellos: [Hello] = []
    }

    private let state = Mutex(State())
    private let stopped = Atomic<Bool>(false)
    private let threads = Mutex<[WorkerThread]>([])
    private let answer: @Sendable (Batch) -> Answer
    private let welcome: Welcome
    let port: UInt16

    init(
        port: UInt16, path: String?, window: UInt32, answer: @escaping @Sendable (Batch) -> Answer
    ) throws {
        self.answer = answer
        var welcome = Welcome()
        welcome.frameBytesMax = 4 << 20
        welcome.payloadBytesMax = 16 << 20
        welcome.batchSpansMax = 8192
        welcome.windowBatches = window
        welcome.windowBytes = 8 << 20
        self.welcome = welcome
        let listener: Descriptor
        if let path {
            listener = try Socket.listen(path: path)
            self.port = 0
        } else {
            listener = try Socket.listen(on: #require(SocketAddress(host: "127.0.0.1", port: port)))
            self.port = try Socket.port(of: listener)
        }
        let raw = listener.take()
        let thread = try WorkerThread(name: "fake") { [self] in serve(Descriptor(owning: raw)) }
        threads.withLock { $0.append(thread) }
    }

    func stop() {
        stopped.store(true, ordering: .releasing)
        let ended = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in ended { thread.join() }
    }

    var batches: [Batch] { state.withLock { $0.batches } }
    var spans: [SpanDetail] { batches.flatMap(\.spans) }
    var connections: Int { state.withLock { $0.connections } }
    var hellos: [Hello] { state.withLock { $0.hellos } }

    /// Reads nothing more, and answers nothing, as a stopped process does.
    var isStalled: Bool {
        get { state.withLock { $0.isStalled } }
        set { state.withLock { $0.isStalled = newValue } }
    }

    /// One thread for all connections, one at a time: clients have only one.
    private func serve(_ listener: consuming Descriptor) {
        while !stopped.load(ordering: .acquiring) {
            guard let client = try? Socket.accept(listener.raw) else {
                Clock.sleep(nanoseconds: 1_000_000)
                continue
            }
            let number = state.withLock { state in
                state.connections += 1
                return state.connections
            }
            converse(client, number)
        }
    }

    private func converse(_ client: borrowing Descriptor, _ number: Int) {
        var received: [UInt8] = []
        var instance = ""
        var offset: UInt64 = 0
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !stopped.load(ordering: .acquiring) {
            if isStalled {
                Clock.sleep(nanoseconds: 1_000_000)
                continue
            }
            switch buffer.withUnsafeMutableBytes({ Socket.receive(client.raw, into: $0) }) {
            case .bytes(let count): received += buffer[..<count]
            case .wouldBlock: Clock.sleep(nanoseconds: 500_000)
            case .closed: return
            }
            while let (kind, flags, payload) = Self.take(&received) {
                let reply = respond(kind, flags, payload, &instance, number, offset: offset)
                offset += UInt64(payload.count + 6)
                guard let reply else { return }
                _ = reply.withUnsafeBytes { Socket.send(client.raw, $0) }
                if kind == .goodbye { return }
            }
        }
    }

    private static func take(_ received: inout [UInt8]) -> (FrameKind, FrameFlags, [UInt8])? {
        let found = received.withUnsafeBytes { bytes in
            (try? FrameParser.first(in: bytes, limits: FrameLimits())).map {
                ($0.kind, $0.flags, [UInt8]($0.payload), $0.bytes)
            }
        }
        guard let found else { return nil }
        received.removeFirst(found.3)
        return (found.0, found.1, found.2)
    }

    /// Nil: hang up.
    private func respond(
        _ kind: FrameKind, _ flags: FrameFlags, _ payload: [UInt8], _ instance: inout String, _ number: Int,
        offset: UInt64
    ) -> [UInt8]? {
        var bytes: [UInt8] = []
        switch kind {
        case .hello:
            guard let hello = payload.withUnsafeBytes({ try? MessageDecoder().hello($0) }) else { return nil }
            instance = hello.instance
            state.withLock { $0.hellos.append(hello) }
            FrameWriter.append(.welcome, payload: welcome.payload, to: &bytes)
        case .batch:
            guard var batch = Self.batch(payload, flags, instance, number) else { return nil }
            batch.offset = offset
            state.withLock { $0.batches.append(batch) }
            return answer(batch, &bytes) ? bytes : nil
        case .ping: FrameWriter.append(.pong, payload: payload, to: &bytes)
        default: FrameWriter.append(.goodbye, payload: Goodbye().payload, to: &bytes)
        }
        return bytes
    }

    private func answer(_ batch: Batch, _ bytes: inout [UInt8]) -> Bool {
        var ack = Ack(sequence: batch.sequence, result: .accepted)
        switch answer(batch) {
        case .accept: ack.acceptedSpans = UInt32(batch.spans.count)
        case .retryLater(let milliseconds):
            ack.result = .retryLater
            ack.retryMilliseconds = milliseconds
        case .reject: ack = .rejected(sequence: batch.sequence, WireError(.corruptMessage, "no"))
        case .partial(let dropped):
            ack.result = .partial
            ack.acceptedSpans = UInt32(batch.spans.count) - dropped
            ack.dropped = [Ack.Dropped(reason: "evicted_by_memory", spans: dropped)]
        case .silence: return true
        case .hangUp: return false
        case .error(let code):
            let error = WireError(code, "wrong", offset: batch.offset)
            FrameWriter.append(.error, payload: error.payload, to: &bytes)
            return true
        }
        FrameWriter.append(.ack, payload: ack.payload, to: &bytes)
        return true
    }

    private static func batch(_ payload: [UInt8], _ flags: FrameFlags, _ instance: String, _ number: Int) -> Batch? {
        payload.withUnsafeBytes { bytes in
            let decoder = MessageDecoder()
            let frame = Frame(kind: .batch, flags: flags, payload: bytes, bytes: bytes.count + 6)
            guard let plain = try? decoder.payload(of: frame, limits: FrameLimits()),
                let count = try? decoder.batch(plain, limits: FrameLimits()).count,
                let spans = try? DetailReader().spans(
                    in: bytes, compressed: flags.contains(.lz4), rows: Array(0..<count)
                ).spans
            else { return nil }
            let sequence = plain.isEmpty ? 0 : MessageDecoder.sequence(ofBatch: plain)
            return Batch(sequence: sequence, instance: instance, connection: number, spans: spans)
        }
    }
}

/// Waits for what has to come to be; false where it does not within ten seconds.
func eventually(_ condition: () -> Bool) async -> Bool {
    for _ in 0..<2000 {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return false
}

import Glibc
import Platform
import Wire

/// The least that a receiver can do: takes the bytes, finds the frames, acknowledges them. No decoding, no store.
/// Prints its CPU time for each megabyte when its clients have gone.
enum SocketFloor {
    static func serve(port: UInt16) throws {
        guard let address = SocketAddress(host: "127.0.0.1", port: port) else { preconditionFailure("loopback exists") }
        let listener = try Socket.listen(on: address)
        print("sink listens on \(try Socket.port(of: listener))")
        // Somebody reads this line through a pipe and waits for it.
        fflush(nil)
        let loop = try EventLoop()
        let floor = Floor(loop: loop)
        let raw = listener.take()
        let watch = loop.watch(raw, for: .reading) {
            do {
                while let client = try Socket.accept(raw) { floor.adopt(client.take()) }
            } catch {
                preconditionFailure("\(error)")
            }
        }
        loop.run()
        withExtendedLifetime(watch) {}
    }

    final class Floor {
        private let loop: EventLoop
        private var clients: [Int32: Client] = [:]
        private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 512 << 10, alignment: 64)
        private var bytes = 0
        private var frames = 0

        final class Client {
            var watch: Watch?
            var waiting: [UInt8] = []
            var sequence: UInt64 = 0
        }

        init(loop: EventLoop) {
            self.loop = loop
        }

        func adopt(_ raw: Int32) {
            let client = Client()
            clients[raw] = client
            client.watch = loop.watch(raw, for: .reading) { [unowned self] in read(raw, client) }
        }

        private func read(_ raw: Int32, _ client: Client) {
            client.waiting.withUnsafeBytes { buffer.copyMemory(from: $0) }
            let start = client.waiting.count
            guard
                case .bytes(let count) = Socket.receive(
                    raw, into: UnsafeMutableRawBufferPointer(rebasing: buffer[start...]))
            else { return leave(raw) }
            bytes += count
            var rest = UnsafeRawBufferPointer(rebasing: buffer[..<(start + count)])
            var output: [UInt8] = []
            do {
                while let frame = try FrameParser.first(in: rest, limits: FrameLimits()) {
                    answer(frame, client, &output)
                    rest = UnsafeRawBufferPointer(rebasing: rest[frame.bytes...])
                }
            } catch {
                return leave(raw)
            }
            client.waiting = Array(rest)
            if !output.isEmpty { _ = output.withUnsafeBytes { Socket.send(raw, $0) } }
        }

        private func answer(_ frame: Frame, _ client: Client, _ output: inout [UInt8]) {
            guard frame.kind == .batch else {
                var welcome = Welcome()
                welcome.windowBatches = 64
                return FrameWriter.append(.welcome, payload: welcome.payload, to: &output)
            }
            frames += 1
            client.sequence += 1
            FrameWriter.append(.ack, payload: Ack(sequence: client.sequence, result: .accepted).payload, to: &output)
        }

        private func leave(_ raw: Int32) {
            clients[raw] = nil
            _ = Descriptor(owning: raw)
            if clients.isEmpty {
                print("sink \(Clock.processCPUNanoseconds) ns CPU, \(bytes) bytes, \(frames) frames")
                loop.stop()
            }
        }
    }
}

package import Platform
package import Wire

/// A blocking connection to a collector's native port, as the load generator needs it: sends frames within the
/// window, reads acknowledgements while it goes. Used by one thread.
package final class NativeLink {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private let descriptor: Descriptor
    private let decoder = MessageDecoder()
    private let limits = FrameLimits()
    private var received: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)
    package private(set) var welcome = Welcome()
    /// Batches that wait for their acknowledgement.
    package private(set) var outstanding = 0

    package init(to address: SocketAddress, instance: String, token: String = "") throws {
        descriptor = try Socket.connectBlocking(to: address)
        Socket.setTimeouts(descriptor.raw, milliseconds: 30_000)
        var hello: [UInt8] = []
        FrameWriter.append(
            .hello, payload: Hello(clientName: "unmask load", instance: instance, token: token).payload, to: &hello)
        try write(hello)
        guard let frame = try nextFrame(waiting: true) else { throw Failure(description: "no Welcome came") }
        guard frame.kind == .welcome else { throw Failure(description: try refusal(frame)) }
        welcome = try frame.payload.withUnsafeBytes { bytes throws(WireError) in try decoder.welcome(bytes) }
    }

    /// Sends one whole batch frame; first waits for acknowledgements where the window is full.
    package func send(_ frame: [UInt8], _ acknowledged: (Ack) -> Void) throws {
        while outstanding >= Int(welcome.windowBatches) { try readAck(waiting: true, acknowledged) }
        try write(frame)
        outstanding += 1
        while outstanding > 0, try readAck(waiting: false, acknowledged) {}
    }

    /// Waits until everything sent is acknowledged.
    package func drain(_ acknowledged: (Ack) -> Void) throws {
        while outstanding > 0 { try readAck(waiting: true, acknowledged) }
    }

    @discardableResult
    private func readAck(waiting: Bool, _ acknowledged: (Ack) -> Void) throws -> Bool {
        guard let frame = try nextFrame(waiting: waiting) else { return false }
        guard frame.kind == .ack else { throw Failure(description: try refusal(frame)) }
        let ack = try frame.payload.withUnsafeBytes { bytes throws(WireError) in try decoder.ack(bytes) }
        outstanding -= 1
        acknowledged(ack)
        return true
    }

    private func refusal(_ frame: (kind: FrameKind, payload: [UInt8])) throws -> String {
        switch frame.kind {
        case .error:
            let error = try frame.payload.withUnsafeBytes { bytes throws(WireError) in try decoder.error(bytes) }
            return "the collector says: \(error)"
        case .goodbye:
            let goodbye = try frame.payload.withUnsafeBytes { bytes throws(WireError) in try decoder.goodbye(bytes) }
            return "the collector said goodbye: \(goodbye.message)"
        default: return "the collector sent an unexpected \(frame.kind)"
        }
    }

    private func nextFrame(waiting: Bool) throws -> (kind: FrameKind, payload: [UInt8])? {
        while true {
            let parsed = try received.withUnsafeBytes { bytes throws(WireError) in
                try FrameParser.first(in: bytes, limits: limits).map { ($0.kind, [UInt8]($0.payload), $0.bytes) }
            }
            if let (kind, payload, bytes) = parsed {
                received.removeFirst(bytes)
                return (kind, payload)
            }
            let transfer = buffer.withUnsafeMutableBytes {
                Socket.receive(descriptor.raw, into: $0, waiting: waiting)
            }
            switch transfer {
            case .bytes(let count): received.append(contentsOf: buffer[..<count])
            case .wouldBlock:
                if waiting { throw Failure(description: "the collector was silent for 30 s") }
                return nil
            case .closed: throw Failure(description: "the collector closed the connection")
            }
        }
    }

    private func write(_ bytes: [UInt8]) throws {
        var offset = 0
        while offset < bytes.count {
            let transfer = bytes.withUnsafeBytes {
                Socket.send(descriptor.raw, UnsafeRawBufferPointer(rebasing: $0[offset...]))
            }
            guard case .bytes(let count) = transfer else {
                throw Failure(description: "the collector does not take any more: \(transfer)")
            }
            offset += count
        }
    }
}

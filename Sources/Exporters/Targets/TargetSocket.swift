import Configuration
import HTTP
import Platform
import Synchronization

/// A way to a host by UDP or TCP that is found anew when it breaks, through the same guard as HTTP. Belongs to one
/// thread, but for `interrupt`.
final class TargetSocket: Sendable {
    private struct Way: ~Copyable {
        var descriptor: Descriptor?
    }

    private let endpoint: ExporterRule.Endpoint
    private let targets: TargetGuard
    private let timeoutNanoseconds: UInt64
    private let wake: WakePipe
    private let isInterrupted = Atomic<Bool>(false)
    private let way = Mutex(Way())

    init(
        _ endpoint: ExporterRule.Endpoint, targets: TargetGuard, timeoutNanoseconds: UInt64
    ) throws(PlatformError) {
        self.endpoint = endpoint
        self.targets = targets
        self.timeoutNanoseconds = timeoutNanoseconds
        wake = try WakePipe()
    }

    private var name: String { "\(endpoint.host):\(endpoint.port)" }

    /// Sends all of it: a stream's bytes, or one datagram each.
    func send(_ pieces: [[UInt8]]) -> DeliveryOutcome {
        let deadline = Clock.monotonicNanoseconds + timeoutNanoseconds
        do throws(ExportError) {
            try way.withLock { way throws(ExportError) in
                do throws(ExportError) {
                    try connect(&way, deadline)
                    try write(pieces, &way, deadline)
                } catch {
                    way.descriptor = nil
                    throw error
                }
            }
            return .delivered(answer: "sent")
        } catch {
            if isInterrupted.load(ordering: .acquiring) { return .interrupted }
            return .postponed(answer: error.description, scope: .target)
        }
    }

    func interrupt() {
        isInterrupted.store(true, ordering: .releasing)
        wake.raise()
    }

    private func connect(_ way: inout Way, _ deadline: UInt64) throws(ExportError) {
        if let raw = way.descriptor?.raw, endpoint.transport == .udp || !Self.isClosed(raw) { return }
        way.descriptor = nil
        var complaint = "\(endpoint.host) has no address"
        do throws(PlatformError) {
            for address in try Socket.resolve(host: endpoint.host, port: endpoint.port) {
                if let refusal = targets.complaint(address, of: endpoint.host) {
                    complaint = refusal
                    continue
                }
                way.descriptor = try dial(address, deadline)
                return
            }
        } catch {
            throw ExportError("\(error)")
        }
        throw ExportError(complaint)
    }

    private func dial(_ address: SocketAddress, _ deadline: UInt64) throws(PlatformError) -> Descriptor {
        if endpoint.transport == .udp { return try Socket.dialDatagrams(address) }
        let descriptor = try Socket.dial(address)
        try awaitReady(descriptor.raw, deadline)
        try Socket.requireConnected(descriptor.raw, name)
        return descriptor
    }

    /// A stream's peer says nothing, so that whatever can be read is its end.
    private static func isClosed(_ raw: Int32) -> Bool {
        var scratch = [UInt8](repeating: 0, count: 256)
        while true {
            switch scratch.withUnsafeMutableBytes({ Socket.receive(raw, into: $0, waiting: false) }) {
            case .bytes: continue
            case .wouldBlock: return false
            case .closed: return true
            }
        }
    }

    private func awaitReady(_ raw: Int32, _ deadline: UInt64) throws(PlatformError) {
        let now = Clock.monotonicNanoseconds
        let left = deadline > now ? Int((deadline - now) / 1_000_000) : 0
        let ready = Poll.wait([(raw, .writing), (wake.descriptor, .reading)], milliseconds: left)
        guard ready[0].contains(.writing), ready[1].isEmpty else {
            throw PlatformError(code: .timedOut, operation: "send to", subject: name)
        }
    }

    private func write(_ pieces: [[UInt8]], _ way: inout Way, _ deadline: UInt64) throws(ExportError) {
        guard let raw = way.descriptor?.raw else { return }
        do throws(PlatformError) {
            for piece in pieces {
                if endpoint.transport == .udp {
                    try Socket.sendDatagram(raw, piece, name)
                } else {
                    try stream(piece, raw, deadline)
                }
            }
        } catch {
            throw ExportError("\(error)")
        }
    }

    private func stream(_ bytes: [UInt8], _ raw: Int32, _ deadline: UInt64) throws(PlatformError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            switch rest.withUnsafeBytes({ Socket.send(raw, $0) }) {
            case .bytes(let count): rest = rest.dropFirst(count)
            case .wouldBlock: try awaitReady(raw, deadline)
            case .closed: throw PlatformError(code: .connectionReset, operation: "send to", subject: name)
            }
        }
    }
}

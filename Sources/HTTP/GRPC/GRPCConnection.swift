import Platform

/// One client's socket: hands on what is received, sends what the conversation wants to say. Lives on one loop's
/// thread.
///
/// While the client does not read its answers nothing more is received from it, so what waits to be sent is bounded by
/// the answers to one read. After the last frame the connection lingers: closing a socket over unread bytes resets it
/// and may take that frame away from the client.
final class GRPCConnection {
    let number: Int
    let descriptor: Descriptor
    let conversation: GRPCConversation
    let openedNanoseconds: UInt64
    private(set) var lastHeardNanoseconds: UInt64
    private(set) var lingeringNanoseconds: UInt64?
    /// Since when the client does not take what it is sent.
    private(set) var stalledNanoseconds: UInt64?
    private(set) var isHalfClosed = false
    var reading: Watch?
    var writing: Watch?
    private var output: [UInt8] = []
    private var outputSent = 0
    static let lingerNanosecondsMax: UInt64 = 1_000_000_000
    private static let outputBytesMax = 64 << 10

    init(number: Int, descriptor: consuming Descriptor, desk: GRPCDesk, nowNanoseconds: UInt64) {
        self.number = number
        self.descriptor = descriptor
        conversation = GRPCConversation(desk, nowNanoseconds: nowNanoseconds)
        openedNanoseconds = nowNanoseconds
        lastHeardNanoseconds = nowNanoseconds
    }

    /// Receives once; false where there was nothing.
    func receive(_ shared: UnsafeMutableRawBufferPointer, nowNanoseconds: UInt64) -> Bool {
        switch Socket.receive(descriptor.raw, into: shared) {
        case .wouldBlock: return false
        case .closed: isHalfClosed = true
        case .bytes(let count):
            lastHeardNanoseconds = nowNanoseconds
            conversation.receive(UnsafeRawBufferPointer(rebasing: shared[..<count]), nowNanoseconds: nowNanoseconds)
        }
        return true
    }

    /// Sends what it can; says whether all of it went, some of it waits, or the client is gone.
    func flush(nowNanoseconds: UInt64) -> Socket.Transfer {
        while true {
            if outputSent == output.count {
                output.removeAll(keepingCapacity: true)
                outputSent = 0
                conversation.appendOutput(to: &output, bytesMax: Self.outputBytesMax)
                guard !output.isEmpty else {
                    stalledNanoseconds = nil
                    return .bytes(0)
                }
            }
            let transfer = output.withUnsafeBytes {
                Socket.send(descriptor.raw, UnsafeRawBufferPointer(rebasing: $0[outputSent...]))
            }
            guard case .bytes(let count) = transfer else {
                if transfer == .wouldBlock { stalledNanoseconds = stalledNanoseconds ?? nowNanoseconds }
                return transfer
            }
            stalledNanoseconds = nil
            outputSent += count
        }
    }

    /// Says that nothing more will be sent, and from now on only waits for the client to hang up.
    func linger(nowNanoseconds: UInt64) {
        lingeringNanoseconds = lingeringNanoseconds ?? nowNanoseconds
        Socket.endSending(descriptor.raw)
    }

    /// Throws away what still comes; false once the client has hung up.
    func discard(_ shared: UnsafeMutableRawBufferPointer) -> Bool {
        Socket.receive(descriptor.raw, into: shared) != .closed
    }
}

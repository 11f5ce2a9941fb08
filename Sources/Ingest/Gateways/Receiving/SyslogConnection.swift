import Platform

/// One sender of syslog over TCP.
final class SyslogConnection {
    let descriptor: Descriptor
    var reading: Watch?
    private let desk: GatewayDesk
    private var stream: MessageStream
    private var heardNanoseconds = Clock.monotonicNanoseconds
    /// Half a message may wait so long for its end; a connection without one may be silent for ever.
    private static let halfNanosecondsMax: UInt64 = 30_000_000_000

    init(_ descriptor: consuming Descriptor, _ desk: GatewayDesk, messageBytesMax: Int) {
        self.descriptor = descriptor
        self.desk = desk
        stream = MessageStream(.syslog, messageBytesMax: messageBytesMax)
    }

    func isIdle(_ nowNanoseconds: UInt64) -> Bool {
        guard stream.waitingBytes > 0, nowNanoseconds > heardNanoseconds + Self.halfNanosecondsMax else { return false }
        desk.refuse(.malformed)
        return true
    }

    /// False when the sender has gone.
    func read(_ buffer: UnsafeMutableRawBufferPointer, _ queue: GatewayQueue) -> Bool {
        switch Socket.receive(descriptor.raw, into: buffer) {
        case .wouldBlock: return true
        case .closed:
            if stream.reset() { desk.refuse(.malformed) }
            return false
        case .bytes(let count):
            heardNanoseconds = Clock.monotonicNanoseconds
            stream.append(UnsafeRawBufferPointer(rebasing: buffer[..<count])) { queue.take($0, desk, isSyslog: true) }
            desk.refuse(.tooLong, stream.takeTooLong())
            return true
        }
    }
}

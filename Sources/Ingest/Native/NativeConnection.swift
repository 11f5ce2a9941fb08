import Platform
import Synchronization
import Wire

/// One client's socket: receives into the thread's shared buffer, keeps only what waits for the rest of its frame,
/// sends what the conversation wants to say. Lives on one loop's thread.
///
/// Invariant: `waiting` holds less than one frame. While the client does not read its answers (`output` is over its
/// bound) nothing more is received from it. After the last frame of a conversation was sent, the connection lingers:
/// what still comes is thrown away until the client hangs up, because closing a socket over unread bytes resets it and
/// may take that last frame away from the client.
final class NativeConnection {
    let number: Int
    let descriptor: Descriptor
    var conversation = NativeConversation()
    /// The beginning of a frame whose rest has not come.
    private(set) var waiting: [UInt8] = []
    private(set) var lastHeardNanoseconds: UInt64
    let openedNanoseconds: UInt64
    /// Since when the connection lingers.
    private(set) var lingeringNanoseconds: UInt64?
    /// Nothing more will come: the client has closed its side.
    private(set) var isHalfClosed = false
    var reading: Watch?
    var writing: Watch?
    /// What of the conversation's output has gone already.
    private var outputSent = 0
    /// Where the first byte of `waiting` stands in the stream.
    private var streamOffset: UInt64 = 0
    static let outputBytesMax = 256 << 10
    static let lingerNanosecondsMax: UInt64 = 1_000_000_000
    /// A frame of which more than this waits is gathered in its own memory, or a slow sender of large frames would have
    /// them copied again for every packet.
    private static let sharedWaitingMax = 64 << 10

    init(number: Int, descriptor: consuming Descriptor, nowNanoseconds: UInt64) {
        self.number = number
        self.descriptor = descriptor
        openedNanoseconds = nowNanoseconds
        lastHeardNanoseconds = nowNanoseconds
    }

    enum Reception {
        case frames
        case nothing
        case closed
        case overBudget
    }

    /// Receives once and hands every whole frame to `handle`, which may throw what ends the conversation.
    func receive(
        _ shared: UnsafeMutableRawBufferPointer, limits: FrameLimits, counters: NativeCounters, bytesMax: Int,
        nowNanoseconds: UInt64, _ handle: (Frame) throws(WireError) -> Void
    ) -> Reception {
        let before = waiting.count
        defer { counters.bytesWaiting.add(waiting.count - before, ordering: .relaxed) }
        let transfer = waiting.count > Self.sharedWaitingMax ? receiveRest(shared) : receiveShared(shared)
        guard case .bytes(let count) = transfer else {
            isHalfClosed = transfer == .closed
            return isHalfClosed ? .closed : .nothing
        }
        counters.bytes.add(UInt64(count), ordering: .relaxed)
        lastHeardNanoseconds = nowNanoseconds
        if waiting.count > Self.sharedWaitingMax {
            parseOwn(limits, handle)
        } else {
            let filled = UnsafeRawBufferPointer(rebasing: shared[..<(waiting.count + count)])
            waiting.removeAll(keepingCapacity: true)
            parse(filled, limits, handle)
        }
        let grown = waiting.count - before
        return grown > 0 && counters.bytesWaiting.load(ordering: .relaxed) + grown > bytesMax ? .overBudget : .frames
    }

    /// Behind what waits already, in the buffer that all connections of the thread share.
    private func receiveShared(_ shared: UnsafeMutableRawBufferPointer) -> Socket.Transfer {
        waiting.withUnsafeBytes { shared.copyMemory(from: $0) }
        return Socket.receive(descriptor.raw, into: UnsafeMutableRawBufferPointer(rebasing: shared[waiting.count...]))
    }

    /// Behind what waits already, in the connection's own memory, and no more than its frame still needs.
    private func receiveRest(_ shared: UnsafeMutableRawBufferPointer) -> Socket.Transfer {
        let announced = waiting.withUnsafeBytes { FrameParser.announcedBytes(in: $0) } ?? 0
        let room = min(max(announced - waiting.count, 1), shared.count)
        let transfer = Socket.receive(descriptor.raw, into: UnsafeMutableRawBufferPointer(rebasing: shared[..<room]))
        if case .bytes(let count) = transfer {
            waiting.append(contentsOf: UnsafeRawBufferPointer(rebasing: shared[..<count]))
        }
        return transfer
    }

    /// Looks at the connection's own memory only once its frame is whole: looking means copying what waits.
    private func parseOwn(_ limits: FrameLimits, _ handle: (Frame) throws(WireError) -> Void) {
        guard let announced = waiting.withUnsafeBytes({ FrameParser.announcedBytes(in: $0) }),
            waiting.count >= announced
        else { return }
        let whole = waiting
        waiting = []
        whole.withUnsafeBytes { parse($0, limits, handle) }
    }

    private func parse(
        _ bytes: UnsafeRawBufferPointer, _ limits: FrameLimits, _ handle: (Frame) throws(WireError) -> Void
    ) {
        var rest = bytes
        do throws(WireError) {
            while conversation.state != .ended, let frame = try FrameParser.first(in: rest, limits: limits) {
                try handle(frame)
                rest = UnsafeRawBufferPointer(rebasing: rest[frame.bytes...])
                streamOffset += UInt64(frame.bytes)
            }
            if conversation.state != .ended { waiting.append(contentsOf: rest) }
        } catch {
            fail(error)
        }
    }

    /// Ends the conversation with an error about the frame that would come next.
    func fail(_ error: WireError) {
        conversation.fail(error, streamOffset: streamOffset)
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

    var outputBytes: Int { conversation.output.count - outputSent }

    /// Sends what it can; says whether all of it went, some of it waits, or the client is gone.
    func flush() -> Socket.Transfer {
        while outputBytes > 0 {
            let transfer = conversation.output.withUnsafeBytes {
                Socket.send(descriptor.raw, UnsafeRawBufferPointer(rebasing: $0[outputSent...]))
            }
            guard case .bytes(let count) = transfer else { return transfer }
            outputSent += count
            // Half at once: a slow reader of much would have the rest moved for every packet.
            if outputSent * 2 > conversation.output.count {
                conversation.output.removeFirst(outputSent)
                outputSent = 0
            }
        }
        return .bytes(0)
    }
}

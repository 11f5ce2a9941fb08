import Platform
import Synchronization
import Wire

/// One client's socket: receives into the thread's shared buffer, keeps only what waits for the rest of its frame,
/// sends what the conversation wants to say. Lives on one loop's thread.
///
/// Invariant: less than one frame waits, in `waiting` or in `large`. While the client does not read its answers
/// (`output` is over its bound) nothing more is received from it.
final class NativeConnection {
    let number: Int
    let descriptor: Descriptor
    var conversation = NativeConversation()
    /// The beginning of a frame whose rest has not come; a large one waits in `large` instead.
    private var waiting: [UInt8] = []
    private var large: LargeFrame?
    private(set) var lastHeardNanoseconds: UInt64
    let openedNanoseconds: UInt64
    var reading: Watch?
    var writing: Watch?
    /// Where the first byte that waits stands in the stream.
    private var streamOffset: UInt64 = 0
    static let outputBytesMax = 256 << 10
    /// A frame that waits for more than this is received into its own memory instead of through the shared buffer, or
    /// a slow sender of large frames would have them copied again for every packet.
    private static let sharedWaitingMax = 64 << 10

    var waitingBytes: Int { waiting.count + (large?.filled ?? 0) }

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
        let before = waitingBytes
        defer { counters.bytesWaiting.add(waitingBytes - before, ordering: .relaxed) }
        let transfer = large?.receive(descriptor.raw) ?? receiveShared(shared)
        guard case .bytes(let count) = transfer else { return transfer == .closed ? .closed : .nothing }
        counters.bytes.add(UInt64(count), ordering: .relaxed)
        lastHeardNanoseconds = nowNanoseconds
        if let frame = large {
            if frame.isWhole {
                large = nil
                withExtendedLifetime(frame) { parse(frame.bytes, limits, handle) }
            }
        } else {
            let filled = UnsafeRawBufferPointer(rebasing: shared[..<(waiting.count + count)])
            waiting.removeAll(keepingCapacity: true)
            parse(filled, limits, handle)
        }
        let grown = waitingBytes - before
        return grown > 0 && counters.bytesWaiting.load(ordering: .relaxed) + grown > bytesMax ? .overBudget : .frames
    }

    /// Behind what waits already, in the buffer that all connections of the thread share.
    private func receiveShared(_ shared: UnsafeMutableRawBufferPointer) -> Socket.Transfer {
        waiting.withUnsafeBytes { shared.copyMemory(from: $0) }
        return Socket.receive(descriptor.raw, into: UnsafeMutableRawBufferPointer(rebasing: shared[waiting.count...]))
    }

    private func keep(_ rest: UnsafeRawBufferPointer) {
        if rest.count > Self.sharedWaitingMax, let announced = FrameParser.announcedBytes(in: rest) {
            large = LargeFrame(start: rest, bytes: announced)
        } else {
            waiting.append(contentsOf: rest)
        }
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
            if conversation.state != .ended { keep(rest) }
        } catch {
            conversation.fail(error, streamOffset: streamOffset)
        }
    }

    /// Sends what it can; says whether all of it went, some of it waits, or the client is gone.
    func flush() -> Socket.Transfer {
        while !conversation.output.isEmpty {
            let transfer = conversation.output.withUnsafeBytes { Socket.send(descriptor.raw, $0) }
            guard case .bytes(let count) = transfer else { return transfer }
            if count == conversation.output.count {
                conversation.output.removeAll(keepingCapacity: count < 4096)
            } else {
                conversation.output.removeFirst(count)
            }
        }
        return .bytes(0)
    }
}

/// The one message of a unary request: a flag, four bytes of length and as many bytes, cut anywhere on their way.
///
/// Invariant: `buffer` is there from the prefix's last byte to `release`, and holds what of the message has come.
struct MessageIntake {
    private var prefix: [UInt8] = []
    private(set) var announced = 0
    private(set) var isCompressed = false
    private(set) var buffer: ReceiveBuffer?

    static let prefixBytes = 5
    /// Room that a message gets at once. What it announces beyond that it gets as it comes.
    private static let firstBytesMax = 256 << 10

    /// What the message takes of memory now.
    var capacity: Int { buffer?.capacity ?? 0 }
    /// The message, once it is whole.
    var message: UnsafeRawBufferPointer? {
        guard let buffer, buffer.count == announced else { return nil }
        return buffer.bytes
    }

    /// Takes what came. `room` says how much memory the connection may still use.
    mutating func take(
        _ bytes: UnsafeRawBufferPointer, _ buffers: ReceiveBuffers, bytesMax: Int, room: Int
    ) throws(GRPCStatus) {
        var rest = bytes
        if prefix.count < Self.prefixBytes {
            let count = min(Self.prefixBytes - prefix.count, rest.count)
            prefix += rest.prefix(count)
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            guard prefix.count == Self.prefixBytes else { return }
            try open(buffers, bytesMax: bytesMax, room: room)
        }
        guard !rest.isEmpty, let buffer else { return }
        let needed = buffer.count + rest.count
        guard needed <= announced else {
            throw GRPCStatus(.invalidArgument, "a second message on a unary call")
        }
        let target = needed <= buffer.capacity ? buffer : try grow(buffer, needed, buffers, room: room)
        target.append(rest)
    }

    private mutating func open(_ buffers: ReceiveBuffers, bytesMax: Int, room: Int) throws(GRPCStatus) {
        guard prefix[0] <= 1 else {
            throw GRPCStatus(.invalidArgument, "a message begins with 0 or 1, not with \(prefix[0])")
        }
        isCompressed = prefix[0] == 1
        announced = prefix.dropFirst().reduce(0) { $0 << 8 | Int($1) }
        guard announced <= bytesMax else {
            throw GRPCStatus(.resourceExhausted, "a message may have \(bytesMax) bytes; this one has \(announced)")
        }
        buffer = try Self.obtain(min(announced, Self.firstBytesMax), buffers, room: room)
    }

    private mutating func grow(
        _ old: ReceiveBuffer, _ needed: Int, _ buffers: ReceiveBuffers, room: Int
    ) throws(GRPCStatus) -> ReceiveBuffer {
        let wider = try Self.obtain(max(needed, min(announced, old.capacity * 2)), buffers, room: room)
        wider.append(old.bytes)
        buffers.giveBack(old)
        buffer = wider
        return wider
    }

    private static func obtain(
        _ bytes: Int, _ buffers: ReceiveBuffers, room: Int
    ) throws(GRPCStatus) -> ReceiveBuffer {
        guard bytes <= room, let buffer = buffers.take(bytes) else {
            throw GRPCStatus(.unavailable, "too many unfinished messages are waiting", retryMilliseconds: 1000)
        }
        return buffer
    }

    /// Gives the memory back.
    mutating func release(to buffers: ReceiveBuffers) {
        if let buffer { buffers.giveBack(buffer) }
        buffer = nil
    }

    /// What is wrong with a request that ended here.
    var shortfall: GRPCStatus? {
        if message != nil { return nil }
        guard prefix.count == Self.prefixBytes else {
            return GRPCStatus(.invalidArgument, prefix.isEmpty ? "a call without a message" : "the message breaks off")
        }
        return GRPCStatus(
            .invalidArgument, "the message breaks off: \(buffer?.count ?? 0) of \(announced) bytes came")
    }
}

import CZ

/// Unpacks gzip messages, one after the other, into memory that is used again. One for each loop.
final class MessageInflater {
    private var stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let isReady: Bool
    private var output: ReceiveBuffer
    private static let keptBytesMax = 1 << 20

    init() {
        stream.initialize(to: z_stream())
        // 16 over the window's bits: a gzip header, and no other.
        isReady = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        output = ReceiveBuffer(capacity: 256 << 10)
    }

    deinit {
        if isReady { inflateEnd(stream) }
        stream.deallocate()
    }

    /// Lends what a message unpacks to, for the call.
    func inflate<R>(
        _ packed: UnsafeRawBufferPointer, bytesMax: Int, _ body: (UnsafeRawBufferPointer) -> R
    ) throws(GRPCStatus) -> R {
        guard isReady, inflateReset(stream) == Z_OK else {
            throw GRPCStatus(.unavailable, "there is no memory to unpack gzip", retryMilliseconds: 1000)
        }
        stream.pointee.next_in = UnsafeMutableRawPointer(mutating: packed.baseAddress)?.assumingMemoryBound(
            to: UInt8.self)
        stream.pointee.avail_in = UInt32(packed.count)
        defer { if output.capacity > Self.keptBytesMax { output = ReceiveBuffer(capacity: 256 << 10) } }
        let count = try drain(bytesMax: bytesMax)
        return body(UnsafeRawBufferPointer(start: output.base, count: count))
    }

    private func drain(bytesMax: Int) throws(GRPCStatus) -> Int {
        var count = 0
        while true {
            if count == output.capacity { try grow(count, bytesMax: bytesMax) }
            stream.pointee.next_out = (output.base + count).assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(output.capacity - count)
            let status = CZ.inflate(stream, Z_NO_FLUSH)
            count = output.capacity - Int(stream.pointee.avail_out)
            guard count <= bytesMax else { throw Self.tooLarge(bytesMax) }
            if status == Z_STREAM_END { break }
            // Nothing left to read and room to write: the data breaks off.
            guard status == Z_OK, stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0 else {
                throw GRPCStatus(
                    .invalidArgument, "the gzip data breaks off or is corrupt at byte \(stream.pointee.total_in)")
            }
        }
        guard stream.pointee.avail_in == 0 else {
            throw GRPCStatus(.invalidArgument, "there is something behind the end of the gzip data")
        }
        return count
    }

    private func grow(_ count: Int, bytesMax: Int) throws(GRPCStatus) {
        guard count < bytesMax else { throw Self.tooLarge(bytesMax) }
        let wider = ReceiveBuffer(capacity: output.capacity * 2)
        wider.base.copyMemory(from: output.base, byteCount: count)
        output = wider
    }

    private static func tooLarge(_ bytesMax: Int) -> GRPCStatus {
        GRPCStatus(.resourceExhausted, "the message unpacks to more than \(bytesMax) bytes")
    }
}

import CZ

/// Packs one body as gzip.
enum GzipWriter {
    /// The fastest: an answer waits for it, and on names that repeat the others gain little.
    private static let level: Int32 = 1
    private static let memoryLevel: Int32 = 8

    /// Nil where it would not be shorter, or where there is no memory for it.
    static func pack(_ body: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        // 16 over the window's bits: a gzip header.
        let isReady = deflateInit2_(
            &stream, level, Z_DEFLATED, 15 + 16, memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard isReady == Z_OK, body.count < Int(UInt32.max) else { return nil }
        defer { deflateEnd(&stream) }
        var body = body
        let packed = [UInt8](unsafeUninitializedCapacity: body.count) { target, count in
            count = body.withUnsafeMutableBufferPointer { source in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                return deflate(&stream, Z_FINISH) == Z_STREAM_END ? target.count - Int(stream.avail_out) : 0
            }
        }
        return packed.isEmpty ? nil : packed
    }
}

import CZ

/// Unpacks gzip, with a bound on what comes out: a kilobyte may stand for a gigabyte.
package enum Gzip {
    package static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// The header around the same compressed data.
    package enum Format: Sendable {
        case gzip
        /// What HTTP calls `deflate`.
        case zlib
    }

    package static func inflate(
        _ bytes: [UInt8], bytesMax: Int, format: Format = .gzip
    ) throws(IngestError) -> [UInt8] {
        var stream = z_stream()
        // 16 over the window's bits: a gzip header, and no other.
        let started = inflateInit2_(
            &stream, format == .gzip ? 15 + 16 : 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard started == Z_OK else { throw IngestError(.tooLarge, "there is no memory to unpack gzip") }
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        var input = bytes
        let result = input.withUnsafeMutableBufferPointer { buffer -> Result<Void, IngestError> in
            stream.next_in = buffer.baseAddress
            stream.avail_in = UInt32(buffer.count)
            return Result { () throws(IngestError) in try drain(&stream, into: &output, bytesMax: bytesMax) }
        }
        try result.get()
        return output
    }

    private static let chunkBytes = 64 << 10

    private static func drain(
        _ stream: inout z_stream, into output: inout [UInt8], bytesMax: Int
    ) throws(IngestError) {
        var chunk = [UInt8](repeating: 0, count: chunkBytes)
        while true {
            let status = chunk.withUnsafeMutableBufferPointer { buffer in
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(chunkBytes)
                return CZ.inflate(&stream, Z_NO_FLUSH)
            }
            guard status == Z_OK || status == Z_STREAM_END else {
                let place = stream.total_in
                throw IngestError(.corrupt, "the gzip data breaks off or is corrupt at byte \(place)")
            }
            output += chunk[..<(chunkBytes - Int(stream.avail_out))]
            guard output.count <= bytesMax else {
                throw IngestError(.tooLarge, "the gzip data unpacks to more than \(bytesMax) bytes")
            }
            guard status == Z_STREAM_END else { continue }
            // Files may be several members, one behind the other.
            guard stream.avail_in > 0 else { return }
            guard inflateReset(&stream) == Z_OK else { throw IngestError(.corrupt, "gzip data behind its end") }
        }
    }
}

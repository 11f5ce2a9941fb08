internal import CZstd

/// Unpacks zstd, with a bound on what comes out and on the window that a frame may ask for.
package enum Zstd {
    /// Eight megabytes: what every decoder must be able to hold.
    private static let windowLogMax: Int32 = 23

    package static func inflate(_ bytes: [UInt8], bytesMax: Int) throws(IngestError) -> [UInt8] {
        guard let stream = ZSTD_createDStream() else {
            throw IngestError(.tooLarge, "there is no memory to unpack zstd")
        }
        defer { ZSTD_freeDStream(stream) }
        ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, windowLogMax)
        var output: [UInt8] = []
        let result = bytes.withUnsafeBytes { input in
            Result { () throws(IngestError) in
                try drain(stream, input, into: &output, bytesMax: bytesMax)
            }
        }
        try result.get()
        return output
    }

    private static func drain(
        _ stream: OpaquePointer, _ bytes: UnsafeRawBufferPointer, into output: inout [UInt8], bytesMax: Int
    ) throws(IngestError) {
        var chunk = [UInt8](repeating: 0, count: ZSTD_DStreamOutSize())
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        while true {
            let (left, count) = chunk.withUnsafeMutableBytes { target in
                var part = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                let left = ZSTD_decompressStream(stream, &part, &input)
                return (left, part.pos)
            }
            guard ZSTD_isError(left) == 0 else {
                throw IngestError(.corrupt, "the zstd data is corrupt at byte \(input.pos)")
            }
            output += chunk[..<count]
            guard output.count <= bytesMax else {
                throw IngestError(.tooLarge, "the zstd data unpacks to more than \(bytesMax) bytes")
            }
            // Zero: a frame has ended and all of it is out.
            if left == 0, input.pos == input.size { return }
            guard count > 0 || input.pos < input.size else {
                throw IngestError(.corrupt, "the zstd data breaks off at byte \(input.pos)")
            }
        }
    }
}

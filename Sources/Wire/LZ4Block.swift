internal import CLZ4

/// A payload behind `FrameFlags.lz4`: four bytes of big-endian uncompressed length, then one LZ4 block.
package enum LZ4Block {
    package static let prefixBytes = 4
    /// LZ4 can't expand a block more than this, so a declared length beyond it is a lie before anything is unpacked.
    package static let expansionMax = 255

    package static func compress(_ payload: [UInt8]) -> [UInt8] {
        let bound = Int(LZ4_compressBound(Int32(payload.count)))
        return [UInt8](unsafeUninitializedCapacity: prefixBytes + bound) { target, count in
            target.withMemoryRebound(to: CChar.self) { target in
                payload.withUnsafeBytes { source in
                    let written = LZ4_compress_default(
                        source.baseAddress?.assumingMemoryBound(to: CChar.self) ?? UnsafePointer(target.baseAddress!),
                        target.baseAddress! + prefixBytes, Int32(payload.count), Int32(bound))
                    precondition(written > 0 || payload.isEmpty, "a block fits its own bound")
                    count = prefixBytes + Int(written)
                }
            }
            let length = UInt32(payload.count).bigEndian
            UnsafeMutableRawPointer(target.baseAddress!).storeBytes(of: length, as: UInt32.self)
        }
    }

    /// The declared length, checked against what can be true and what is allowed.
    package static func declaredBytes(_ block: UnsafeRawBufferPointer, limits: FrameLimits) throws(WireError) -> Int {
        guard block.count > prefixBytes else {
            throw WireError(
                .corruptCompression, "a compressed payload has a length and a block, and this has \(block.count) bytes")
        }
        let declared = Int(UInt32(bigEndian: block.loadUnaligned(as: UInt32.self)))
        guard declared <= limits.payloadBytesMax else {
            throw WireError(
                .expansionTooLarge,
                "a payload may be \(limits.payloadBytesMax) bytes long, and this one declares \(declared)")
        }
        guard declared <= (block.count - prefixBytes) * expansionMax else {
            throw WireError(
                .expansionTooLarge, "\(block.count - prefixBytes) bytes of LZ4 can't hold the declared \(declared)")
        }
        return declared
    }

    /// Unpacks into `target`, which is exactly as long as declared.
    package static func decompress(
        _ block: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) throws(WireError) {
        guard let destination = target.baseAddress else { return }
        let source = block.baseAddress! + prefixBytes
        let written = LZ4_decompress_safe(
            source.assumingMemoryBound(to: CChar.self), destination.assumingMemoryBound(to: CChar.self),
            Int32(block.count - prefixBytes), Int32(target.count))
        guard written == target.count else {
            let what = written < 0 ? "is corrupt" : "gives \(written) bytes where \(target.count) were declared"
            throw WireError(.corruptCompression, "the LZ4 block \(what)", offset: UInt64(prefixBytes))
        }
    }
}

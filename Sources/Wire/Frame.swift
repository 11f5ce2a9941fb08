/// The frame around every message: a 4-byte big-endian length of all that follows, one byte of kind, one of flags.
package enum FrameKind: UInt8, Sendable, CaseIterable {
    case hello = 1
    case welcome = 2
    case batch = 3
    case ack = 4
    case ping = 5
    case pong = 6
    case goodbye = 7
    case error = 8
}

package struct FrameFlags: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The payload is four bytes of big-endian uncompressed length and one LZ4 block.
    package static let lz4 = FrameFlags(rawValue: 1)
    package static let known: FrameFlags = [.lz4]
}

/// What a peer may ask this side to hold.
package struct FrameLimits: Sendable, Equatable {
    package var frameBytesMax: Int
    package var payloadBytesMax: Int
    package var batchSpansMax: Int

    package init(frameBytesMax: Int = 4 << 20, payloadBytesMax: Int = 16 << 20, batchSpansMax: Int = 8192) {
        self.frameBytesMax = frameBytesMax
        self.payloadBytesMax = payloadBytesMax
        self.batchSpansMax = batchSpansMax
    }
}

/// One frame as it lies in the receive buffer; lent for as long as the buffer stays.
package struct Frame {
    package var kind: FrameKind
    package var flags: FrameFlags
    package var payload: UnsafeRawBufferPointer
    /// The whole frame, length field included.
    package var bytes: Int

    package init(kind: FrameKind, flags: FrameFlags, payload: UnsafeRawBufferPointer, bytes: Int) {
        self.kind = kind
        self.flags = flags
        self.payload = payload
        self.bytes = bytes
    }
}

package enum FrameParser {
    package static let lengthBytes = 4
    package static let headerBytes = 6

    /// The first frame in `buffer`, or nil while it is not all there. Errors mean that the stream can't be trusted.
    package static func first(in buffer: UnsafeRawBufferPointer, limits: FrameLimits) throws(WireError) -> Frame? {
        guard buffer.count >= lengthBytes else { return nil }
        let length = Int(UInt32(bigEndian: buffer.loadUnaligned(as: UInt32.self)))
        guard length >= headerBytes - lengthBytes else {
            throw WireError(
                .frameTooShort, "a frame's length must count kind and flags, so 2 at least, and says \(length)")
        }
        guard length <= limits.frameBytesMax else {
            throw WireError(
                .frameTooLarge, "a frame may be \(limits.frameBytesMax) bytes long, and this one says \(length)")
        }
        // Kind and flags are checked before the payload arrives: garbage is told at once, not after four megabytes.
        guard buffer.count >= headerBytes else { return nil }
        guard let kind = FrameKind(rawValue: buffer[4]) else {
            throw WireError(.unknownKind, "there is no frame kind \(buffer[4])")
        }
        let flags = FrameFlags(rawValue: buffer[5])
        guard flags.isSubset(of: .known) else {
            throw WireError(.unknownFlags, "unknown flags \(flags.rawValue) on a frame of kind \(buffer[4])")
        }
        guard buffer.count >= lengthBytes + length else { return nil }
        let payload = UnsafeRawBufferPointer(rebasing: buffer[headerBytes..<lengthBytes + length])
        return Frame(kind: kind, flags: flags, payload: payload, bytes: lengthBytes + length)
    }

    /// How long the first frame in `buffer` is in all, once its length field is there.
    package static func announcedBytes(in buffer: UnsafeRawBufferPointer) -> Int? {
        guard buffer.count >= lengthBytes else { return nil }
        return lengthBytes + Int(UInt32(bigEndian: buffer.loadUnaligned(as: UInt32.self)))
    }
}

package enum FrameWriter {
    /// Appends one frame around `payload`.
    package static func append(_ kind: FrameKind, flags: FrameFlags = [], payload: [UInt8], to bytes: inout [UInt8]) {
        let length = UInt32(payload.count + FrameParser.headerBytes - FrameParser.lengthBytes)
        withUnsafeBytes(of: length.bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(kind.rawValue)
        bytes.append(flags.rawValue)
        bytes.append(contentsOf: payload)
    }

    /// Appends one frame whose payload is compressed; falls back to the plain one where compression saves nothing.
    package static func appendCompressed(_ kind: FrameKind, payload: [UInt8], to bytes: inout [UInt8]) {
        let block = LZ4Block.compress(payload)
        guard block.count < payload.count else { return append(kind, payload: payload, to: &bytes) }
        append(kind, flags: .lz4, payload: block, to: &bytes)
    }
}

import TraceModel

/// Keeps received frames as they came, one behind the other, for those who look later. One for each writer.
///
/// A frame that does not fit the rest of a chunk goes on in the next: nothing is wasted and a frame may be larger
/// than a chunk. Each piece begins with a header at a multiple of 64 bytes.
struct FrameArena {
    private struct PieceHeader {
        /// Bytes of the whole frame.
        var frameBytes: UInt32
        /// Bytes of this piece.
        var pieceBytes: UInt32
        /// The unit of the next piece; 0: the last.
        var next: UInt32
        var format: UInt32
    }

    private static let headerBytes = MemoryLayout<PieceHeader>.stride
    private var next: UInt32 = 0
    private var end: UInt32 = 0
    private var generation: UInt16 = 0

    /// The unit at which the frame begins; nil when the pool is empty.
    mutating func store(
        _ payload: UnsafeRawBufferPointer, format: PayloadFormat, generation wanted: UInt16, pool: ChunkPool,
        generations: Generations
    ) -> UInt32? {
        var first: UInt32 = 0
        var previous: UnsafeMutablePointer<PieceHeader>?
        var offset = 0
        repeat {
            if next == end || generation != wanted {
                guard let chunk = pool.take() else { return nil }
                generations.book(chunk: chunk, to: wanted)
                next = chunk * UInt32(ChunkPool.chunkUnits)
                end = next + UInt32(ChunkPool.chunkUnits)
                generation = wanted
            }
            let room = Int(end - next) * ChunkPool.unitBytes - Self.headerBytes
            let piece = min(room, payload.count - offset)
            let header = Self.header(next, pool)
            header.pointee = PieceHeader(
                frameBytes: UInt32(payload.count), pieceBytes: UInt32(piece), next: 0, format: UInt32(format.rawValue))
            if piece > 0 {
                (UnsafeMutableRawPointer(header) + Self.headerBytes)
                    .copyMemory(from: payload.baseAddress! + offset, byteCount: piece)
            }
            if first == 0 { first = next }
            previous?.pointee.next = next
            previous = header
            offset += piece
            next += UInt32((Self.headerBytes + piece + ChunkPool.unitBytes - 1) / ChunkPool.unitBytes)
        } while offset < payload.count
        return first
    }

    /// Copies a frame out. The caller holds the generations' lock, so that it cannot go meanwhile.
    static func load(_ unit: UInt32, pool: ChunkPool) -> (bytes: [UInt8], format: PayloadFormat)? {
        let first = header(unit, pool).pointee
        guard let format = PayloadFormat(rawValue: UInt8(truncatingIfNeeded: first.format)) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(first.frameBytes))
        var piece = unit
        while piece != 0 {
            let header = header(piece, pool)
            bytes.append(
                contentsOf: UnsafeRawBufferPointer(
                    start: UnsafeRawPointer(header) + headerBytes, count: Int(header.pointee.pieceBytes)))
            piece = header.pointee.next
        }
        return (bytes, format)
    }

    private static func header(_ unit: UInt32, _ pool: ChunkPool) -> UnsafeMutablePointer<PieceHeader> {
        (pool.base + Int(unit) * ChunkPool.unitBytes).assumingMemoryBound(to: PieceHeader.self)
    }
}

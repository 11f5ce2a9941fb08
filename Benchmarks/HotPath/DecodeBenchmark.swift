import Ingest
import Platform
import Symbols
import TraceModel
import Traffic
import Wire

/// What it costs to turn a compressed batch into columns, and columns into rows. The floor is LZ4 alone.
enum DecodeBenchmark {
    static func run(into table: inout Table) throws {
        let frames = Frames(count: 200, mix: .production)
        let rounds = 10
        let spans = Double(frames.spans * rounds)
        let limits = FrameLimits()
        let decoder = MessageDecoder()
        let symbols = SymbolTable()
        let reader = NativeBatchReader(symbols: symbols, hops: HopTable(symbols: symbols), limits: limits)
        var target = [UInt8](repeating: 0, count: limits.payloadBytesMax)

        let floor = cpu {
            for _ in 0..<rounds {
                for frame in frames.compressed {
                    frame.withUnsafeBytes { block in
                        target.withUnsafeMutableBytes { target in
                            do {
                                let bytes = try LZ4Block.declaredBytes(block, limits: limits)
                                try LZ4Block.decompress(
                                    block, into: UnsafeMutableRawBufferPointer(rebasing: target[..<bytes]))
                            } catch {
                                preconditionFailure("our own block: \(error)")
                            }
                        }
                    }
                }
            }
        }
        let columns = cpu { each(frames, rounds, limits, decoder) { _, _ in } }
        let rows = cpu {
            each(frames, rounds, limits, decoder) { columns, payload in
                reader.read(columns, payload: payload, format: .nativeLZ4) { _ in }
            }
        }
        let floorText = figure(floor / spans, "ns (LZ4 alone)")
        table.add("wire size of a span, LZ4", figure(frames.bytesPerSpan, "bytes"))
        table.add("decode: LZ4 and protobuf-c, a span", figure(columns / spans, "ns"), goal: "60 ns", floor: floorText)
        table.add("decode to rows, a span", figure(rows / spans, "ns"), floor: floorText)
    }

    private static func each(
        _ frames: Frames, _ rounds: Int, _ limits: FrameLimits, _ decoder: MessageDecoder,
        _ body: (BatchColumns, UnsafeRawBufferPointer) -> Void
    ) {
        for _ in 0..<rounds {
            for block in frames.compressed {
                block.withUnsafeBytes { bytes in
                    do {
                        let frame = Frame(kind: .batch, flags: .lz4, payload: bytes, bytes: bytes.count + 6)
                        let payload = try decoder.payload(of: frame, limits: limits)
                        body(try decoder.batch(payload, limits: limits), bytes)
                    } catch {
                        preconditionFailure("our own batch: \(error)")
                    }
                }
            }
        }
    }
}

/// CPU nanoseconds of this thread.
func cpu(_ body: () throws -> Void) rethrows -> Double {
    let start = Clock.threadCPUNanoseconds
    try body()
    return Double(Clock.threadCPUNanoseconds - start)
}

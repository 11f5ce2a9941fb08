import Ingest
import JSON
import Symbols
import TraceModel
import Wire

/// Code that reads bytes from strangers, each under a name: what the fuzzers feed, and what a test feeds with the
/// corpus that they kept. A target returns; whatever is wrong is a crash.
package final class FuzzTarget {
    package enum Name: String, CaseIterable, Sendable {
        case frames
        case batches
        case json
        case logs
        case segments
        case grpc
    }

    private let name: Name
    private let decoder = MessageDecoder()
    private let details: DetailReader
    private let batches: NativeBatchReader
    private let limits = FrameLimits(frameBytesMax: 1 << 20, payloadBytesMax: 1 << 20, batchSpansMax: 256)

    package init(_ name: Name) {
        self.name = name
        details = DetailReader(limits: limits)
        // Small tables, so that the overflow is reached too.
        let symbols = SymbolTable(limits: SymbolTable.Limits(symbolsMax: 4096, bytesMax: 1 << 20, stringBytesMax: 64))
        batches = NativeBatchReader(
            symbols: symbols, hops: HopTable(symbols: symbols, hopsMax: 1024), limits: limits)
    }

    package func run(_ bytes: UnsafeRawBufferPointer) {
        switch name {
        case .frames: parseFrames(bytes)
        case .batches: readBatch(bytes)
        case .json: parseJSON(bytes)
        case .logs: readLogs(bytes)
        case .segments: readSegments(bytes)
        case .grpc: GRPCFuzz.run(bytes)
        }
    }

    /// Every frame of a stream; the payload of each is whatever its kind says.
    private func parseFrames(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while let frame = try? FrameParser.first(in: rest, limits: limits) {
            precondition(frame.bytes >= FrameParser.headerBytes && frame.bytes <= rest.count)
            precondition(frame.payload.count == frame.bytes - FrameParser.headerBytes)
            if let payload = try? decoder.payload(of: frame, limits: limits) { readMessage(frame.kind, payload) }
            rest = UnsafeRawBufferPointer(rebasing: rest[frame.bytes...])
        }
    }

    private func readMessage(_ kind: FrameKind, _ payload: UnsafeRawBufferPointer) {
        switch kind {
        case .hello: again((try? decoder.hello(payload))?.payload) { try? decoder.hello($0).payload }
        case .welcome: again((try? decoder.welcome(payload))?.payload) { try? decoder.welcome($0).payload }
        case .ack: again((try? decoder.ack(payload))?.payload) { try? decoder.ack($0).payload }
        case .ping, .pong: again((try? decoder.ping(payload))?.payload) { try? decoder.ping($0).payload }
        case .goodbye: again((try? decoder.goodbye(payload))?.payload) { try? decoder.goodbye($0).payload }
        case .error: again((try? decoder.error(payload))?.payload) { try? decoder.error($0).payload }
        case .batch: _ = try? decoder.batch(payload, limits: limits).count
        }
    }

    /// What was read and written once reads and writes the same a second time.
    private func again(_ written: [UInt8]?, _ rewrite: (UnsafeRawBufferPointer) -> [UInt8]?) {
        guard let written else { return }
        precondition(written.withUnsafeBytes(rewrite) == written, "a message changed on its second way")
    }

    /// The first byte says whether the rest is compressed.
    private func readBatch(_ bytes: UnsafeRawBufferPointer) {
        guard let first = bytes.first else { return }
        let isCompressed = first & 1 == 1
        var framed: [UInt8] = []
        FrameWriter.append(.batch, flags: isCompressed ? .lz4 : [], payload: Array(bytes.dropFirst()), to: &framed)
        framed.withUnsafeBytes { framed in
            guard let frame = try? FrameParser.first(in: framed, limits: limits),
                let payload = try? decoder.payload(of: frame, limits: limits),
                let columns = try? decoder.batch(payload, limits: limits)
            else { return }
            batches.read(columns, payload: payload, format: .native) { batch in
                check(batch, count: columns.count)
            }
            let read = try? details.spans(
                in: frame.payload, compressed: isCompressed, rows: Array(0..<columns.count))
            precondition((read?.spans.count ?? columns.count) == columns.count, "a row was lost on its way to people")
            if let spans = read?.spans { encode(spans) }
        }
    }

    private func check(_ batch: borrowing SpanBatch, count: Int) {
        let rows = batch.rows
        let extras = batch.extras
        precondition(rows.count == count)
        for index in 1..<max(extras.count, 1) { precondition(extras[index - 1].row < extras[index].row) }
        let rowsWithExtra = rows.count { $0.record.evidence.contains(.hasExtra) }
        precondition(rowsWithExtra == extras.count, "every row with an extra has one")
    }

    private func encode(_ spans: [SpanDetail]) {
        var encoder = BatchEncoder()
        for span in spans { encoder.append(span) }
        let payload = encoder.payload(sequence: 1)
        payload.withUnsafeBytes { payload in
            // What was read can be sent on, unless its parts take more room than a message may.
            guard let count = try? decoder.batch(payload, limits: limits).count else { return }
            precondition(count == spans.count)
        }
    }

    private func parseJSON(_ bytes: UnsafeRawBufferPointer) {
        guard let value = try? JSONParser.parse(Array(bytes)) else { return }
        var writer = JSONWriter()
        writer.value(value)
        let again = try? JSONParser.parse(writer.bytes)
        precondition(again == value, "a value changed on its way")
    }
}

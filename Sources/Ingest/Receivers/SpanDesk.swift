package import Symbols
import Synchronization
import TraceModel

/// One thread's way from a request's body to the store, whatever its format: all of them become OTLP bodies.
package final class SpanDesk {
    private let reader: OTLPBatchReader
    private let sink: BatchSink

    package init(
        symbols: SymbolTable, hops: HopTable, rules: SemanticRules = SemanticRules(), sink: @escaping BatchSink
    ) {
        reader = OTLPBatchReader(symbols: symbols, hops: hops, rules: rules)
        self.sink = sink
    }

    /// Takes a body of OTLP spans in protobuf.
    package func take(otlp body: UnsafeRawBufferPointer) throws(IngestError) -> ExportReceipt {
        try reader.read(body, sink)
    }

    /// Takes what a decoder of another format made.
    package func take(_ decoded: DecodedSpans) throws(IngestError) -> ExportReceipt {
        var writer = OTLPWriter()
        writer.write(decoded.spans)
        let result = writer.bytes.withUnsafeBytes { body in
            Result { () throws(IngestError) in try take(otlp: body) }
        }
        var receipt = try result.get()
        receipt.refuse(.zeroTraceID, spans: decoded.dropped[.zeroTraceID] ?? 0)
        receipt.refuse(.zeroSpanID, spans: decoded.dropped[.zeroSpanID] ?? 0)
        for error in decoded.rejected { receipt.refuse(error.code == .tooComplex ? .tooComplex : .invalidID) }
        return receipt
    }
}

/// The desks of a receiver whose requests come on threads that are not its own: each request borrows one.
package final class SpanDesks: @unchecked Sendable {
    /// Guarded by the lock; a desk is with one request at a time.
    private var idle: [SpanDesk] = []
    private let lock = Mutex(())
    private let make: @Sendable () -> SpanDesk

    package init(_ make: @escaping @Sendable () -> SpanDesk) {
        self.make = make
    }

    package func with<R>(_ body: (SpanDesk) throws(IngestError) -> R) throws(IngestError) -> R {
        let desk = lock.withLock { _ in idle.popLast() } ?? make()
        defer { lock.withLock { _ in idle.append(desk) } }
        return try body(desk)
    }
}

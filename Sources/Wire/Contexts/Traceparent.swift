import TraceModel

/// W3C Trace Context: `00-<32 hex>-<16 hex>-<2 hex>`, lower case only.
package enum Traceparent {
    package static let header = "traceparent"
    package static let stateHeader = "tracestate"
    private static let bytes = 55
    private static let sampledBit: UInt64 = 1
    private static let randomBit: UInt64 = 2

    package static func parse(
        _ text: some StringProtocol, state: String = ""
    ) -> RemoteContext? {
        guard let value = HeaderText.trimmed(text), value.count >= bytes,
            value[2] == UInt8(ascii: "-"), value[35] == UInt8(ascii: "-"), value[52] == UInt8(ascii: "-"),
            let version = HeaderText.hex(value[0..<2]), version != 0xFF,
            let high = HeaderText.hex(value[3..<19]), let low = HeaderText.hex(value[19..<35]), high | low != 0,
            let span = HeaderText.hex(value[36..<52]), span != 0,
            let flags = HeaderText.hex(value[53..<55])
        else { return nil }
        // A later version may say more, behind another dash; this one ends here.
        guard value.count == bytes || version > 0 && value[bytes] == UInt8(ascii: "-") else { return nil }
        return RemoteContext(
            traceID: TraceID(high: high, low: low), spanID: SpanID(span),
            sampling: flags & sampledBit != 0 ? .kept : .dropped, isRandom: flags & randomBit != 0,
            traceState: TraceState(parsing: state) ?? TraceState())
    }

    package static func render(_ context: RemoteContext) -> String {
        let flags = (context.sampling.isKept ? sampledBit : 0) | (context.isRandom ? randomBit : 0)
        return "00-\(context.traceID)-\(context.spanID)-0\(flags)"
    }
}

import TraceModel

/// Jaeger's own: `trace:span:parent:flags`, all hex without leading zeros; some clients escape the colons.
package enum JaegerHeader {
    package static let header = "uber-trace-id"
    private static let sampledBit: UInt64 = 1
    private static let debugBit: UInt64 = 2

    package static func parse(_ text: some StringProtocol) -> RemoteContext? {
        guard let value = HeaderText.trimmed(text) else { return nil }
        let parts = unescaped(value).split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 4, let (high, low) = HeaderText.traceHex(parts[0], allowsUpper: true), high | low != 0,
            let span = HeaderText.hex(parts[1], allowsUpper: true), span != 0,
            parts[2].isEmpty || HeaderText.hex(parts[2], allowsUpper: true) != nil,
            parts[3].count <= 2, let flags = HeaderText.hex(parts[3], allowsUpper: true)
        else { return nil }
        let sampling: RemoteSampling =
            flags & debugBit != 0 ? .debug : flags & sampledBit != 0 ? .kept : .dropped
        return RemoteContext(traceID: TraceID(high: high, low: low), spanID: SpanID(span), sampling: sampling)
    }

    package static func render(_ context: RemoteContext) -> String {
        let flags = context.sampling == .debug ? 3 : context.sampling.isKept ? 1 : 0
        return "\(context.traceID):\(context.spanID):0:\(flags)"
    }

    private static func unescaped(_ value: [UInt8]) -> [UInt8] {
        guard value.contains(UInt8(ascii: "%")) else { return value }
        var plain: [UInt8] = []
        var rest = value[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"),
                rest.prefix(2).elementsEqual("3A".utf8) || rest.prefix(2).elementsEqual("3a".utf8)
            {
                plain.append(UInt8(ascii: ":"))
                rest = rest.dropFirst(2)
            } else {
                plain.append(byte)
            }
        }
        return plain
    }
}

import TraceModel

/// AWS X-Ray: `Root=1-<8 hex>-<24 hex>;Parent=<16 hex>;Sampled=1`, in any order, with others' fields between.
package enum XRayHeader {
    package static let header = "X-Amzn-Trace-Id"

    package static func parse(_ text: some StringProtocol) -> RemoteContext? {
        guard let value = HeaderText.trimmed(text) else { return nil }
        var trace: TraceID?
        var span = SpanID.none
        var sampling = RemoteSampling.undecided
        for field in value.split(separator: UInt8(ascii: ";")) {
            let parts = HeaderText.trim(field).split(separator: UInt8(ascii: "="), maxSplits: 1)
            guard parts.count == 2 else { continue }
            switch String(decoding: parts[0], as: UTF8.self).lowercased() {
            case "root":
                guard let root = root(parts[1]) else { return nil }
                trace = root
            case "parent":
                guard parts[1].count == 16, let raw = HeaderText.hex(parts[1], allowsUpper: true) else { return nil }
                span = SpanID(raw)
            case "sampled": sampling = decision(parts[1])
            default: continue
            }
        }
        return trace.map { RemoteContext(traceID: $0, spanID: span, sampling: sampling) }
    }

    package static func render(_ context: RemoteContext) -> String {
        let digits = "\(context.traceID)"
        var text = "Root=1-\(digits.prefix(8))-\(digits.dropFirst(8))"
        if !context.spanID.isNone { text += ";Parent=\(context.spanID)" }
        if context.sampling != .undecided { text += ";Sampled=\(context.sampling.isKept ? 1 : 0)" }
        return text
    }

    private static func root(_ text: ArraySlice<UInt8>) -> TraceID? {
        let parts = text.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == [UInt8(ascii: "1")], parts[1].count == 8, parts[2].count == 24,
            let (high, low) = HeaderText.traceHex(Array(parts[1] + parts[2]), allowsUpper: true), high | low != 0
        else { return nil }
        return TraceID(high: high, low: low)
    }

    private static func decision(_ text: ArraySlice<UInt8>) -> RemoteSampling {
        switch String(decoding: text, as: UTF8.self) {
        case "1": .kept
        case "0": .dropped
        default: .undecided
        }
    }
}

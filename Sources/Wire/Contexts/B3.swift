import TraceModel

/// Zipkin's B3, in one header or in several. Trace ids have 16 or 32 digits.
package enum B3 {
    package static let header = "b3"
    package static let traceHeader = "X-B3-TraceId"
    package static let spanHeader = "X-B3-SpanId"
    package static let parentHeader = "X-B3-ParentSpanId"
    package static let sampledHeader = "X-B3-Sampled"
    package static let flagsHeader = "X-B3-Flags"

    /// `trace-span`, `trace-span-decision` or `trace-span-decision-parent`. A decision alone names no trace: nil.
    package static func parse(single text: some StringProtocol) -> RemoteContext? {
        guard let value = HeaderText.trimmed(text) else { return nil }
        let parts = value.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard (2...4).contains(parts.count), let context = context(trace: parts[0], span: parts[1]) else { return nil }
        guard parts.count > 2 else { return context }
        guard let sampling = decision(parts[2]) else { return nil }
        if parts.count == 4, parts[3].count != 16 || HeaderText.hex(parts[3], allowsUpper: true) == nil { return nil }
        var decided = context
        decided.sampling = sampling
        return decided
    }

    /// The headers one by one; `flags` 1 means debug and needs no `sampled`.
    package static func parse(
        trace: some StringProtocol, span: some StringProtocol, sampled: String = "",
        flags: String = ""
    ) -> RemoteContext? {
        guard let trace = HeaderText.trimmed(trace), let span = HeaderText.trimmed(span),
            let sampled = HeaderText.trimmed(sampled), var context = context(trace: trace[...], span: span[...])
        else { return nil }
        if HeaderText.trimmed(flags) == [UInt8(ascii: "1")] {
            context.sampling = .debug
        } else if !sampled.isEmpty {
            guard let sampling = decision(sampled[...]) else { return nil }
            context.sampling = sampling
        }
        return context
    }

    package static func renderSingle(_ context: RemoteContext) -> String {
        let ids = "\(context.traceID)-\(context.spanID)"
        return context.sampling == .undecided ? ids : "\(ids)-\(context.sampling == .debug ? "d" : digit(context))"
    }

    /// Each header with its value.
    package static func renderMulti(_ context: RemoteContext) -> [(name: String, value: String)] {
        var headers = [(traceHeader, "\(context.traceID)"), (spanHeader, "\(context.spanID)")]
        switch context.sampling {
        case .undecided: break
        case .debug: headers.append((flagsHeader, "1"))
        case .kept, .dropped: headers.append((sampledHeader, digit(context)))
        }
        return headers
    }

    private static func digit(_ context: RemoteContext) -> String { context.sampling.isKept ? "1" : "0" }

    private static func context(trace: ArraySlice<UInt8>, span: ArraySlice<UInt8>) -> RemoteContext? {
        guard trace.count == 16 || trace.count == 32, span.count == 16,
            let (high, low) = HeaderText.traceHex(trace, allowsUpper: true), high | low != 0,
            let span = HeaderText.hex(span, allowsUpper: true), span != 0
        else { return nil }
        return RemoteContext(traceID: TraceID(high: high, low: low), spanID: SpanID(span))
    }

    private static func decision(_ text: ArraySlice<UInt8>) -> RemoteSampling? {
        switch String(decoding: text, as: UTF8.self) {
        case "1", "true": .kept
        case "0", "false": .dropped
        case "d": .debug
        default: nil
        }
    }
}

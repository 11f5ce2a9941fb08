import TraceModel

/// Datadog: decimal ids of 64 bits in headers of their own; the high half of the trace id is a hex tag.
package enum DatadogHeaders {
    package static let traceHeader = "x-datadog-trace-id"
    package static let parentHeader = "x-datadog-parent-id"
    package static let priorityHeader = "x-datadog-sampling-priority"
    package static let tagsHeader = "x-datadog-tags"
    private static let highTag = "_dd.p.tid"

    package static func parse(
        trace: some StringProtocol, parent: some StringProtocol, priority: String = "",
        tags: String = ""
    ) -> RemoteContext? {
        guard let trace = HeaderText.trimmed(trace), let low = HeaderText.decimal(trace), low != 0 else { return nil }
        let parent = HeaderText.trimmed(parent).flatMap { HeaderText.decimal($0) } ?? 0
        var context = RemoteContext(traceID: TraceID(high: high(in: tags), low: low), spanID: SpanID(parent))
        switch HeaderText.trimmed(priority).flatMap({ Int(String(decoding: $0, as: UTF8.self)) }) {
        case .some(2...): context.sampling = .debug
        case .some(1): context.sampling = .kept
        case .some: context.sampling = .dropped
        case nil: break
        }
        return context
    }

    package static func render(_ context: RemoteContext) -> [(name: String, value: String)] {
        var headers = [(traceHeader, "\(context.traceID.low)"), (parentHeader, "\(context.spanID.raw)")]
        if context.sampling != .undecided {
            headers.append((priorityHeader, context.sampling == .debug ? "2" : context.sampling.isKept ? "1" : "0"))
        }
        let high = "\(TraceID(high: 0, low: context.traceID.high))".suffix(16)
        if context.traceID.high != 0 { headers.append((tagsHeader, "\(highTag)=\(high)")) }
        return headers
    }

    /// Zero where the tag is missing or no 16 hex digits: the low half still finds its trace.
    private static func high(in tags: some StringProtocol) -> UInt64 {
        for tag in (HeaderText.trimmed(tags) ?? []).split(separator: UInt8(ascii: ",")) {
            let parts = HeaderText.trim(tag).split(separator: UInt8(ascii: "="), maxSplits: 1)
            guard parts.count == 2, parts[0].elementsEqual(highTag.utf8), parts[1].count == 16 else { continue }
            return HeaderText.hex(parts[1], allowsUpper: true) ?? 0
        }
        return 0
    }
}

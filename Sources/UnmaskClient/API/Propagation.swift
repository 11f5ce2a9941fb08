import TraceModel
import Wire

/// In which headers contexts travel.
public struct Propagation: Sendable, Hashable {
    public enum Format: Sendable, Hashable, CaseIterable {
        /// `traceparent` and `tracestate`, the standard.
        case w3c
        /// Zipkin's `b3`.
        case b3
        /// Zipkin's `X-B3-TraceId` and its companions.
        case b3Multi
        /// Amazon's `X-Amzn-Trace-Id`.
        case xray
        /// Jaeger's `uber-trace-id`.
        case jaeger
        /// Datadog's `x-datadog-trace-id` and its companions.
        case datadog
    }

    /// Written into every request that goes out.
    public var written: [Format]
    /// Read of every request that comes in; the first that names a trace counts.
    public var read: [Format]

    public init(written: [Format] = [.w3c], read: [Format] = Format.allCases) {
        self.written = written
        self.read = read
    }

    func inject(_ context: SpanContext, _ set: (_ name: String, _ value: String) -> Void) {
        let remote = context.remote
        for format in written { format.write(remote, set) }
    }

    func extract(_ get: (String) -> String?, keeps: (TraceID) -> Bool) -> SpanContext? {
        for format in read {
            guard let remote = format.read(get) else { continue }
            return SpanContext(remote, unlessDecided: keeps(remote.traceID))
        }
        return nil
    }
}

extension Propagation.Format {
    fileprivate func write(_ context: RemoteContext, _ set: (String, String) -> Void) {
        switch self {
        case .w3c:
            set(Traceparent.header, Traceparent.render(context))
            if !context.traceState.isEmpty { set(Traceparent.stateHeader, context.traceState.text) }
        case .b3: set(B3.header, B3.renderSingle(context))
        case .b3Multi: for header in B3.renderMulti(context) { set(header.name, header.value) }
        case .xray: set(XRayHeader.header, XRayHeader.render(context))
        case .jaeger: set(JaegerHeader.header, JaegerHeader.render(context))
        case .datadog: for header in DatadogHeaders.render(context) { set(header.name, header.value) }
        }
    }

    fileprivate func read(_ get: (String) -> String?) -> RemoteContext? {
        switch self {
        case .w3c:
            get(Traceparent.header).flatMap { Traceparent.parse($0, state: get(Traceparent.stateHeader) ?? "") }
        case .b3: get(B3.header).flatMap { B3.parse(single: $0) }
        case .b3Multi:
            get(B3.traceHeader).flatMap { trace in
                B3.parse(
                    trace: trace, span: get(B3.spanHeader) ?? "", sampled: get(B3.sampledHeader) ?? "",
                    flags: get(B3.flagsHeader) ?? "")
            }
        case .xray: get(XRayHeader.header).flatMap { XRayHeader.parse($0) }
        case .jaeger: get(JaegerHeader.header).flatMap { JaegerHeader.parse($0) }
        case .datadog:
            get(DatadogHeaders.traceHeader).flatMap { trace in
                DatadogHeaders.parse(
                    trace: trace, parent: get(DatadogHeaders.parentHeader) ?? "",
                    priority: get(DatadogHeaders.priorityHeader) ?? "", tags: get(DatadogHeaders.tagsHeader) ?? "")
            }
        }
    }
}

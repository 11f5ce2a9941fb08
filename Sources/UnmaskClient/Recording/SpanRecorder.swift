import Kernel
import Synchronization
import TraceModel

/// Keeps ended spans in memory, so that a service's own tests can look at them.
///
/// ```swift
/// let recorder = SpanRecorder()
/// try await recorder.record {
///     try await checkout(basket)
/// }
/// #expect(recorder.spans.map(\.name) == ["charge", "checkout"])
/// #expect(recorder.spans[0].outcome == .failure(reason: "declined"))
/// ```
///
/// Recorders don't disturb each other nor the process's own tracer, so tests may run at once.
public final class SpanRecorder: Sendable {
    /// What is kept at most; later spans are counted only.
    public static let spansMax = 100_000
    private let kept = Mutex<[RecordedSpan]>([])
    private let beyond = Atomic<Int>(0)

    public init() {}

    /// Everything that has ended so far, in the order of ending.
    public var spans: [RecordedSpan] { kept.withLock { $0 } }

    public func spans(named name: String) -> [RecordedSpan] { spans.filter { $0.name == name } }

    /// How many spans found no room.
    public var spansBeyond: Int { beyond.load(ordering: .relaxed) }

    public func removeAll() {
        kept.withLock { $0 = [] }
    }

    /// Runs the body outside of any span and records what ends within it.
    public func record<Result>(
        sampling: SamplingPolicy = .all, _ body: () throws -> Result
    ) rethrows -> Result {
        try tracer(sampling).use(body)
    }

    /// Runs the body outside of any span and records what ends within it.
    public func record<Result>(
        sampling: SamplingPolicy = .all, isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        try await tracer(sampling).use(isolation: isolation, body)
    }

    /// A tracer that records here, for those who pass tracers on.
    public func tracer(_ sampling: SamplingPolicy = .all) -> UnmaskTracer {
        var settings = ClientSettings(service: ServiceIdentity(name: "recorded"), collectors: [])
        settings.sampling = sampling
        return UnmaskTracer(settings, .recorder(self))
    }

    func take(_ span: SpanStorage) {
        let recorded = RecordedSpan(span)
        let isKept = kept.withLock { spans in
            guard spans.count < Self.spansMax else { return false }
            spans.append(recorded)
            return true
        }
        if !isKept { beyond.add(1, ordering: .relaxed) }
    }
}

/// An ended span, as a test sees it.
public struct RecordedSpan: Sendable, Hashable {
    public var name: String
    public var kind: SpanKind
    public var traceID: String
    public var spanID: String
    /// Nil for a span that began its trace.
    public var parentID: String?
    public var duration: Duration
    public var status: SpanStatus
    public var outcome: SpanOutcome?
    /// By key, each with its last value.
    public var attributes: [String: AttributeValue]
    public var events: [Event]
    public var links: [SpanContext]

    public struct Event: Sendable, Hashable {
        public var name: String
        public var attributes: [String: AttributeValue]
    }

    public subscript<Value>(_ key: AttributeKey<Value>) -> Value? {
        attributes[key.name].flatMap { Value(attributeValue: $0) }
    }

    init(_ span: SpanStorage) {
        name = span.name
        kind = span.kind
        traceID = "\(span.traceID)"
        spanID = "\(span.spanID)"
        parentID = span.parentID.isNone ? nil : "\(span.parentID)"
        duration = .nanoseconds(Int64(clamping: span.endNanoseconds - span.startNanoseconds))
        status = span.status
        outcome = span.outcome
        attributes = Self.dictionary(span.attributes)
        events = (span.extras?.events ?? []).map { Event(name: $0.name, attributes: Self.dictionary($0.attributes)) }
        links = (span.extras?.links ?? []).compactMap {
            SpanContext(traceID: "\($0.traceID)", spanID: "\($0.spanID)")
        }
    }

    private static func dictionary(_ attributes: [Attribute]) -> [String: AttributeValue] {
        Dictionary(attributes.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }
}

import Kernel
import Synchronization
import TraceModel
import Wire

/// Makes spans and hands the ended ones to their delivery. ``Unmask/start(_:)`` makes the process's own.
///
/// A tracer lives as long as the process: spans point to it without counting, which is what lets threads end spans
/// without ever meeting. Make one for each service of a process, not one for each request.
public final class UnmaskTracer: Sendable {
    public let settings: ClientSettings
    let sampler: Sampler
    private let output: Output
    private let notSampled = Atomic<UInt64>(0)
    private let neverEnded = Atomic<UInt64>(0)

    enum Output: Sendable {
        case delivery(Delivery)
        case recorder(SpanRecorder)
    }

    /// Starts the delivering thread, which connects at once and goes on trying.
    public convenience init(_ settings: ClientSettings) {
        self.init(settings, .delivery(Delivery(settings)))
    }

    init(_ settings: ClientSettings, _ output: Output) {
        self.settings = settings
        self.output = output
        sampler = Sampler(settings.sampling)
        // The one count that is never given back.
        _ = Unmanaged.passRetained(self)
    }

    /// Runs the body with this tracer in place of the process's own, outside of any span.
    public func use<Result>(_ body: () throws -> Result) rethrows -> Result {
        try SpanScope.local.withValue(SpanStorage(scopeOf: .passUnretained(self)), operation: body)
    }

    /// Runs the body with this tracer in place of the process's own, outside of any span.
    public func use<Result>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async rethrows -> Result {
        try await SpanScope.local.withValue(
            SpanStorage(scopeOf: .passUnretained(self)), operation: body, isolation: isolation)
    }

    func begin(_ name: String, _ kind: SpanKind, scope: SpanStorage?, parent: SpanContext?) -> SpanStorage {
        let this = Unmanaged.passUnretained(self)
        if let parent {
            return SpanStorage(
                tracer: this, traceID: parent.trace, parentID: parent.span, parentIsRemote: parent.isRemote,
                kind: kind, sampling: sampler.follow(parent), traceState: parent.traceState, name: name)
        }
        if let scope, !scope.isScope {
            return SpanStorage(
                tracer: this, traceID: scope.traceID, parentID: scope.spanID, parentIsRemote: false, kind: kind,
                sampling: scope.sampling, traceState: scope.traceState, name: name)
        }
        let traceID = TraceID(high: ThreadLocal.randomBits | 1, low: ThreadLocal.randomBits)
        return SpanStorage(
            tracer: this, traceID: traceID, parentID: .none, parentIsRemote: false, kind: kind,
            sampling: sampler.begin(traceID), traceState: TraceState(), name: name)
    }

    /// Takes the ended span's reference over.
    func finish(_ span: Unmanaged<SpanStorage>) {
        let isKept = span._withUnsafeGuaranteedRef {
            $0.sampling.isKept || $0.sampling.verdict(hasFailed: $0.hasFailed) != nil
        }
        guard isKept else {
            notSampled.add(1, ordering: .relaxed)
            return span.release()
        }
        switch output {
        case .delivery(let delivery): delivery.take(span)
        case .recorder(let recorder): recorder.take(span.takeRetainedValue())
        }
    }

    func noteNeverEnded() {
        neverEnded.add(1, ordering: .relaxed)
    }

    /// What became of spans so far.
    public var statistics: ClientStatistics {
        var statistics = ClientStatistics()
        if case .delivery(let delivery) = output { statistics = delivery.statistics }
        statistics.spansNotSampled = notSampled.load(ordering: .relaxed)
        let lost = neverEnded.load(ordering: .relaxed)
        if lost > 0 { statistics.spansDropped[.neverEnded] = lost }
        return statistics
    }

    /// Delivers what has ended so far; false where the collector did not take all of it in time.
    @discardableResult
    public func flush(within limit: Duration = .seconds(5)) async -> Bool {
        guard case .delivery(let delivery) = output else { return true }
        return await delivery.ask(.flush, within: limit)
    }

    /// Delivers what has ended and stops. Spans that begin or end later do nothing.
    @discardableResult
    public func shutdown(within limit: Duration = .seconds(5)) async -> Bool {
        guard case .delivery(let delivery) = output else { return true }
        return await delivery.ask(.stop, within: limit)
    }

    /// The same for a program without tasks; blocks its thread.
    @discardableResult
    public func shutdownBlocking(within limit: Duration = .seconds(5)) -> Bool {
        guard case .delivery(let delivery) = output else { return true }
        return delivery.askBlocking(.stop, within: limit)
    }
}

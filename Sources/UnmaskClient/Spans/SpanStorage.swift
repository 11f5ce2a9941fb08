import Kernel
import Synchronization
import TraceModel
import Wire

/// One span in memory: one allocation, with room for a dozen attributes inside.
///
/// Made by a tracer, written by whoever has the span, ended once, then owned by the delivering thread. What changes is
/// guarded by `lock`; what does not is never written again. `tracer` is not counted: counting would make every span
/// of every thread write to the same word, and tracers live as long as the process.
@usableFromInline
final class SpanStorage: @unchecked Sendable {
    let tracer: Unmanaged<UnmaskTracer>
    let traceID: TraceID
    let spanID: SpanID
    let parentID: SpanID
    let parentIsRemote: Bool
    let kind: SpanKind
    let sampling: SpanSampling
    let traceState: TraceState
    let startNanoseconds: UInt64

    let lock = SpinLock()
    var endNanoseconds: UInt64 = 0
    var name: String
    var status = SpanStatus.unset
    var outcome: SpanOutcome?
    var slots = SlotRoom()
    var extras: SpanExtras?
    /// Bytes of long texts, which the bound on memory counts.
    var textBytes = 0
    /// The next in the list of ended spans; whoever holds the list owns it.
    var next: UInt = 0

    init(
        tracer: Unmanaged<UnmaskTracer>, traceID: TraceID, parentID: SpanID, parentIsRemote: Bool, kind: SpanKind,
        sampling: SpanSampling, traceState: TraceState, name: String
    ) {
        self.tracer = tracer
        self.traceID = traceID
        self.parentID = parentID
        self.parentIsRemote = parentIsRemote
        self.kind = kind
        self.sampling = sampling
        self.traceState = traceState
        self.name = SpanLimits.cut(name, SpanLimits.nameBytesMax)
        spanID = SpanID(ThreadLocal.randomBits | 1)
        startNanoseconds = Clock.monotonicNanoseconds
    }

    /// A scope without a span, in which another tracer than the process's own is used.
    init(scopeOf tracer: Unmanaged<UnmaskTracer>) {
        self.tracer = tracer
        traceID = TraceID(high: 0, low: 0)
        spanID = .none
        parentID = .none
        parentIsRemote = false
        kind = .internal
        sampling = SpanSampling()
        traceState = TraceState()
        name = ""
        startNanoseconds = 0
        endNanoseconds = .max
    }

    deinit {
        slots.clear()
        if endNanoseconds == 0 { tracer._withUnsafeGuaranteedRef { $0.noteNeverEnded() } }
    }

    var isScope: Bool { spanID.isNone }
    var isRecording: Bool { lock.withLock { endNanoseconds == 0 } }

    @usableFromInline
    var context: SpanContext? {
        guard !isScope else { return nil }
        return SpanContext(
            trace: traceID, span: spanID, isSampled: sampling.isKept, isRemote: false, isRandom: sampling.isRandom,
            traceState: traceState.with(threshold: sampling.threshold))
    }

    func end() {
        if close() { tracer._withUnsafeGuaranteedRef { $0.finish(.passRetained(self)) } }
    }

    /// True for the first that ends it.
    func close() -> Bool {
        let now = Clock.monotonicNanoseconds
        lock.acquire()
        defer { lock.release() }
        guard endNanoseconds == 0 else { return false }
        endNanoseconds = max(now, startNanoseconds, 1)
        return true
    }

    /// Changes the span if it has not ended.
    @inline(__always)
    func change(_ body: (SpanStorage) -> Void) {
        lock.withLock { if endNanoseconds == 0 { body(self) } }
    }

    func read<R>(_ body: (SpanStorage) -> R) -> R { lock.withLock { body(self) } }

    func rename(_ newName: String) {
        let short = SpanLimits.cut(newName, SpanLimits.nameBytesMax)
        change { $0.name = short }
    }

    func setStatus(_ status: SpanStatus) {
        var short = status
        if case .error(let message) = status {
            short = .error(message: SpanLimits.cut(message, SpanLimits.textBytesMax))
        }
        change { $0.status = short }
    }

    func setOutcome(_ outcome: SpanOutcome) {
        change { $0.outcome = outcome }
    }

    /// What an error threshold looks at.
    var hasFailed: Bool {
        if case .error = status { return true }
        if case .failure = outcome { return true }
        return false
    }
}

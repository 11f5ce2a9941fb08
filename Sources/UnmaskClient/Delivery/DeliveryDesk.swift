import Kernel
import Synchronization

/// What the service's threads and the delivering thread of one process share.
///
/// Belongs to the process that made it: after a fork the child makes another and leaves this one alone.
final class DeliveryDesk: Sendable {
    let ended = EndedSpans()
    let wake: WakePipe?
    let generation = ForkWatch.generation
    let isOpen = Atomic<Bool>(true)
    private let sleep = Atomic<UInt8>(Sleep.none.rawValue)
    private let fullDrops = Atomic<UInt64>(0)
    private let lateDrops = Atomic<UInt64>(0)
    private let asks = Mutex<[DeliveryAsk]>([])
    private let shared = Mutex(ClientStatistics())

    enum Sleep: UInt8 {
        case none
        /// Until a batch is due; only a list that fills up wakes.
        case nap
        /// Until anything at all ends.
        case deep
    }

    init() {
        wake = try? WakePipe()
    }

    @inline(__always)
    func take(_ span: Unmanaged<SpanStorage>) {
        guard isOpen.load(ordering: .relaxed) else {
            lateDrops.add(1, ordering: .relaxed)
            return span.release()
        }
        switch ended.push(span) {
        case .taken: if sleep.load(ordering: .sequentiallyConsistent) == Sleep.deep.rawValue { wake?.raise() }
        case .takenAndWaking: wake?.raise()
        case .full: fullDrops.add(1, ordering: .relaxed)
        }
    }

    func fallAsleep(_ depth: Sleep) { sleep.store(depth.rawValue, ordering: .sequentiallyConsistent) }

    /// What was dropped on the way in since the last time.
    func takeDrops() -> [(DropReason, Int)] {
        let full = fullDrops.exchange(0, ordering: .relaxed)
        let late = lateDrops.exchange(0, ordering: .relaxed)
        return [(.spansFull, Int(full)), (.afterShutdown, Int(late))].filter { $0.1 > 0 }
    }

    func ask(_ ask: DeliveryAsk) {
        asks.withLock { $0.append(ask) }
        wake?.raise()
    }

    func takeAsks() -> [DeliveryAsk] {
        asks.withLock { asks in
            defer { asks = [] }
            return asks
        }
    }

    func change(_ body: (inout ClientStatistics) -> Void) { shared.withLock { body(&$0) } }

    func drop(_ spans: Int, _ reason: DropReason) {
        change { $0.spansDropped[reason, default: 0] += UInt64(spans) }
    }

    var statistics: ClientStatistics {
        // After the end nobody else empties the lists and counts.
        if !isOpen.load(ordering: .acquiring) {
            var late = 0
            ended.takeAll { _ in late += 1 }
            if late > 0 { lateDrops.add(UInt64(late), ordering: .relaxed) }
        }
        for (reason, spans) in takeDrops() { drop(spans, reason) }
        return shared.withLock { $0 }
    }
}

/// Somebody who waits for a delivery.
final class DeliveryAsk: Sendable {
    enum Purpose {
        case flush
        case stop
    }

    let purpose: Purpose
    let deadlineNanoseconds: UInt64
    private let answer = Atomic<UInt8>(0)
    private let signal = WakeSignal()

    init(_ purpose: Purpose, within limit: Duration) {
        self.purpose = purpose
        deadlineNanoseconds = Clock.monotonicNanoseconds &+ limit.wholeNanoseconds
    }

    func finish(_ isDelivered: Bool) {
        answer.store(isDelivered ? 1 : 2, ordering: .releasing)
        signal.raise()
    }

    /// Nil while it goes on.
    var outcome: Bool? {
        let state = answer.load(ordering: .acquiring)
        return state == 0 ? nil : state == 1
    }

    func wait() -> Bool {
        signal.wait(untilNanoseconds: deadlineNanoseconds &+ Self.graceNanoseconds)
        return outcome ?? false
    }

    /// The thread looks at deadlines only between two calls of the system.
    static let graceNanoseconds: UInt64 = 100_000_000
}

extension Duration {
    /// Never negative, never beyond a century.
    var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return UInt64(min(seconds, 3_000_000_000)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}

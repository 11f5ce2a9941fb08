import Kernel
import Synchronization

/// The way of ended spans to a collector: never waits, never throws, never takes the service down.
///
/// A forked child finds the desk of its parent here and puts one of its own in its place, with a thread and an
/// instance of its own; the parent's spans are left to the parent.
final class Delivery: Sendable {
    private let settings: ClientSettings
    /// The address of the desk in use. One desk for each process of a family, none of them ever freed.
    private let desk: Atomic<UInt>
    private let renewed: Atomic<UInt32>

    init(_ settings: ClientSettings) {
        self.settings = settings
        renewed = Atomic(ForkWatch.generation)
        desk = Atomic(Self.open(settings))
    }

    private static func open(_ settings: ClientSettings) -> UInt {
        let desk = DeliveryDesk()
        do {
            guard let wake = desk.wake else { throw PlatformError.last("pipe") }
            _ = try WorkerThread(name: "unmask") {
                let loop = DeliveryLoop(settings, desk, wake)
                loop.run()
            }
        } catch {
            desk.isOpen.store(false, ordering: .releasing)
            settings.onNotice?(.refused(by: "this process", reason: "\(error)"))
        }
        return UInt(bitPattern: Unmanaged.passRetained(desk).toOpaque())
    }

    @inline(__always)
    private var current: Unmanaged<DeliveryDesk> {
        .fromOpaque(UnsafeRawPointer(bitPattern: desk.load(ordering: .acquiring))!)
    }

    @inline(__always)
    func take(_ span: Unmanaged<SpanStorage>) {
        let isOurs = current._withUnsafeGuaranteedRef { desk in
            guard desk.generation == ForkWatch.generation else { return false }
            desk.take(span)
            return true
        }
        if !isOurs { takeInChild(span) }
    }

    /// The first span that ends in a forked child. Several threads may be here at once; one opens the desk.
    @inline(never)
    private func takeInChild(_ span: Unmanaged<SpanStorage>) {
        renew()
        current._withUnsafeGuaranteedRef { $0.take(span) }
    }

    private func renew() {
        let generation = ForkWatch.generation
        let before = current._withUnsafeGuaranteedRef { $0.generation }
        guard before != generation else { return }
        let (isFirst, _) = renewed.compareExchange(
            expected: before, desired: generation, ordering: .acquiringAndReleasing)
        if isFirst { return desk.store(Self.open(settings), ordering: .releasing) }
        while current._withUnsafeGuaranteedRef({ $0.generation }) != generation { Clock.sleep(nanoseconds: 10_000) }
    }

    var statistics: ClientStatistics {
        renew()
        return current._withUnsafeGuaranteedRef { $0.statistics }
    }

    func askBlocking(_ purpose: DeliveryAsk.Purpose, within limit: Duration) -> Bool {
        post(DeliveryAsk(purpose, within: limit)).wait()
    }

    /// Looks again and again rather than being called back: the thread may be gone, and a task must not wait for it.
    func ask(_ purpose: DeliveryAsk.Purpose, within limit: Duration) async -> Bool {
        let ask = post(DeliveryAsk(purpose, within: limit))
        var pause = Duration.milliseconds(1)
        while ask.outcome == nil {
            let now = Clock.monotonicNanoseconds
            guard now < ask.deadlineNanoseconds &+ DeliveryAsk.graceNanoseconds else { return false }
            do {
                try await Task.sleep(for: pause)
            } catch {
                // A cancelled task does not wait; the thread goes on.
                return ask.outcome ?? false
            }
            pause = min(pause * 2, .milliseconds(20))
        }
        return ask.outcome ?? false
    }

    private func post(_ ask: DeliveryAsk) -> DeliveryAsk {
        renew()
        current._withUnsafeGuaranteedRef { desk in
            if desk.isOpen.load(ordering: .acquiring) || ask.purpose == .flush && desk.wake == nil {
                desk.ask(ask)
            } else {
                ask.finish(true)
            }
        }
        return ask
    }
}

import Exporters
import Synchronization

/// Time that passes when a test says so.
final class ManualTime: Sendable {
    private let elapsed = Mutex<UInt64>(0)

    var now: UInt64 { elapsed.withLock { $0 } }
    func pass(_ nanoseconds: UInt64) { elapsed.withLock { $0 += nanoseconds } }
    func pass(seconds: Double) { pass(UInt64(seconds * 1e9)) }

    func clock(chance: Double = 1) -> ExportClock {
        ExportClock(
            monotonic: { [self] in now + 1_000_000_000 }, wall: { [self] in Samples.time + now }, chance: { chance })
    }
}

/// A target that answers as it is told.
final class PretendTarget: DeliveryTarget {
    private let answer: Mutex<@Sendable (Parcel) -> DeliveryOutcome>
    private let seen = Mutex<[Parcel]>([])
    private let taken = Mutex<[Parcel]>([])

    init(_ answer: @escaping @Sendable (Parcel) -> DeliveryOutcome = { _ in .delivered(answer: "200") }) {
        self.answer = Mutex(answer)
    }

    func answer(_ new: @escaping @Sendable (Parcel) -> DeliveryOutcome) { answer.withLock { $0 = new } }

    func deliver(_ parcel: Parcel) -> DeliveryOutcome {
        seen.withLock { $0.append(parcel) }
        let outcome = answer.withLock { $0 }(parcel)
        if outcome.isDelivered { taken.withLock { $0.append(parcel) } }
        return outcome
    }

    func interrupt() {}

    var attempts: [Parcel] { seen.withLock { $0 } }
    var delivered: [String] { taken.withLock { $0.map(\.id) } }
}

/// A courier with its queue, driven by hand.
struct CourierRig {
    let folder: TemporaryFolder
    let time: ManualTime
    let target: PretendTarget
    let tally = ExporterTally()
    let queue: DeliveryQueue
    let courier: Courier

    init(
        folder: TemporaryFolder = TemporaryFolder(), time: ManualTime = ManualTime(),
        target: PretendTarget = PretendTarget(), limits: QueueLimits = QueueLimits(),
        policy: RetryPolicy = RetryPolicy(), chance: Double = 1
    ) throws {
        self.folder = folder
        self.time = time
        self.target = target
        let tally = tally
        queue = try DeliveryQueue(
            path: folder.file("queue.sqlite"), format: "pretend", limits: limits, wallNanoseconds: Samples.time
        ) { reason, count in tally.drop(reason, count) }
        courier = Courier(queue: queue, target: target, policy: policy, clock: time.clock(chance: chance), tally: tally)
    }

    func add(_ ids: String..., group: String = "g", bytes: Int = 10) throws {
        try queue.add(ids.map { Self.parcel($0, group: group, bytes: bytes) }, wallNanoseconds: Samples.time + time.now)
    }

    static func parcel(_ id: String, group: String = "g", bytes: Int = 10) -> Parcel {
        Parcel(
            id: id, group: group, kind: "firing", alerts: ["alert-\(id)"], body: [UInt8](repeating: 65, count: bytes),
            createdNanoseconds: Samples.time)
    }

    /// Steps until there is nothing to do now.
    @discardableResult
    func run() -> Courier.Step {
        while true {
            let step = courier.step()
            if step != .moved { return step }
        }
    }

    /// Steps through time until nothing waits, or so long has passed.
    func run(seconds: Double) {
        let end = time.now + UInt64(seconds * 1e9)
        while time.now < end {
            guard case .wait(let until) = run() else { return }
            let now = time.now + 1_000_000_000
            time.pass(max(1_000_000, until > now ? until - now : 0))
        }
    }
}

import Kernel
import Synchronization
import TraceModel
import Wire

/// The delivering thread: packs ended spans, keeps a connection, sends batches and sends them again.
///
/// Everything here belongs to that one thread; services see only the desk.
final class DeliveryLoop {
    let settings: ClientSettings
    let desk: DeliveryDesk
    private let wake: WakePipe
    private let packer: BatchPacker
    var outbox: Outbox
    var dialler: Dialler
    var link: CollectorLink?
    var holdUntilNanoseconds: UInt64 = 0
    /// An operator hears once that nobody can be reached, not once a second.
    var isToldDown = false
    private var asks: [DeliveryAsk] = []
    private var dueNanoseconds: UInt64?
    private var isOver = false
    let hello: Hello
    private let delayNanoseconds: UInt64
    static let dialNanosecondsMax: UInt64 = 10_000_000_000

    init(_ settings: ClientSettings, _ desk: DeliveryDesk, _ wake: WakePipe) {
        self.settings = settings
        self.desk = desk
        self.wake = wake
        packer = BatchPacker(settings.service.resource)
        outbox = Outbox(bytesMax: settings.backlogBytesMax)
        dialler = Dialler(settings.collectors)
        delayNanoseconds = settings.batchDelay.wholeNanoseconds
        let instance = TraceID(high: ThreadLocal.randomBits, low: ThreadLocal.randomBits)
        hello = Hello(
            clientName: "\(settings.service.name) unmask-swift/1", instance: "\(instance)", token: settings.token)
    }

    func run() {
        while !isOver { turn() }
    }

    private func turn() {
        wake.lower()
        desk.fallAsleep(.none)
        let now = Clock.monotonicNanoseconds
        asks += desk.takeAsks()
        collect(now)
        tend(now)
        answerAsks(Clock.monotonicNanoseconds)
        tellDrops()
        if !isOver { sleep(now) }
    }

    /// Packs what has ended, and seals what is due.
    private func collect(_ now: UInt64) {
        let wallOffset = Clock.wallNanoseconds &- Clock.monotonicNanoseconds
        let before = packer.count
        desk.ended.takeAll { span in
            packer.add(span, wallOffset: wallOffset)
            if packer.isFull(spansMax: settings.batchSpansMax) { seal() }
        }
        if dueNanoseconds == nil, !packer.isEmpty || packer.count != before { dueNanoseconds = now + delayNanoseconds }
        let isDue = dueNanoseconds.map { now >= $0 } ?? false
        if !asks.isEmpty || isDue {
            if !packer.isEmpty { seal() }
            // One more nap where spans keep coming, so that a busy service is not woken for each of them.
            dueNanoseconds = nil
        }
    }

    private func seal() {
        let parcel = packer.seal()
        guard !settings.collectors.isEmpty else { return drop(parcel.spans, .noCollector) }
        if !outbox.add(parcel) { drop(parcel.spans, .backlogFull) }
    }

    func drop(_ spans: Int, _ reason: DropReason) {
        guard spans > 0 else { return }
        desk.drop(spans, reason)
        settings.onNotice?(.dropped(spans: spans, reason: reason))
    }

    private func tellDrops() {
        for (reason, spans) in desk.takeDrops() { drop(spans, reason) }
        let waiting = outbox.bytes
        desk.change { $0.backlogBytes = waiting }
    }

    private func answerAsks(_ now: UInt64) {
        guard !asks.isEmpty else { return }
        if asks.contains(where: { $0.purpose == .stop }) { desk.isOpen.store(false, ordering: .releasing) }
        let isDone = outbox.isEmpty && desk.ended.isEmpty && packer.isEmpty
        let ready = asks.filter { isDone || now >= $0.deadlineNanoseconds }
        guard !ready.isEmpty else { return }
        asks.removeAll { ask in ready.contains { $0 === ask } }
        if ready.contains(where: { $0.purpose == .stop }) { close() }
        for ask in ready { ask.finish(isDone) }
    }

    private func close() {
        isOver = true
        link?.close()
        link = nil
        drop(outbox.removeAll(), .shutdownDeadline)
        for ask in asks + desk.takeAsks() { ask.finish(false) }
        asks = []
    }

    private func sleep(_ now: UInt64) {
        var until = [dueNanoseconds, asks.map(\.deadlineNanoseconds).min(), linkDeadline(now)].compactMap { $0 }.min()
        let isIdle = dueNanoseconds == nil && asks.isEmpty
        desk.fallAsleep(isIdle ? .deep : .nap)
        // What ended since the lists were looked at has seen nobody asleep.
        if isIdle, !desk.ended.isEmpty {
            dueNanoseconds = now + delayNanoseconds
            desk.fallAsleep(.nap)
            until = min(until ?? .max, now + delayNanoseconds)
        }
        let current = Clock.monotonicNanoseconds
        let milliseconds = until.map { $0 <= current ? 0 : Int(min(($0 - current) / 1_000_000 + 1, 3_600_000)) }
        var watched = [(descriptor: wake.descriptor, interest: Poll.Interest.reading)]
        if let link { watched.append((link.descriptor, link.interest)) }
        let ready = Poll.wait(watched, milliseconds: milliseconds)
        if let link, ready.count > 1, !ready[1].isEmpty { advance(link, ready[1]) }
    }
}

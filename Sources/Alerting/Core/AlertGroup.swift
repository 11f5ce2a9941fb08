/// The alerts that share a message: what waits to be told, and when the next message may go.
struct AlertGroup: Sendable {
    private(set) var waiting: [AlertKey] = []
    private var isWaiting: Set<AlertKey> = []
    /// Told once, over now, and that not yet told.
    private(set) var ended: [AlertRecord] = []
    var wantsReminder = false
    private var firstWaitingNanoseconds: UInt64 = 0
    private var lastWaitingNanoseconds: UInt64 = 0
    private(set) var toldNanoseconds: UInt64?
    private var spacingNanoseconds: UInt64 = 0

    var hasNews: Bool { !waiting.isEmpty || !ended.isEmpty || wantsReminder }

    mutating func add(_ key: AlertKey, at time: UInt64) {
        guard isWaiting.insert(key).inserted else { return }
        note(time)
        waiting.append(key)
    }

    mutating func addEnded(_ record: AlertRecord, at time: UInt64) {
        note(time)
        ended.append(record)
    }

    private mutating func note(_ time: UInt64) {
        if waiting.isEmpty && ended.isEmpty { firstWaitingNanoseconds = time }
        lastWaitingNanoseconds = time
    }

    mutating func forget(_ key: AlertKey) {
        guard isWaiting.remove(key) != nil else { return }
        waiting.removeAll { $0 == key }
    }

    /// Takes what is told now; the rest goes with the next message.
    mutating func takeWaiting(_ count: Int) -> [AlertKey] {
        let taken = Array(waiting.prefix(count))
        waiting.removeFirst(taken.count)
        isWaiting.subtract(taken)
        return taken
    }

    mutating func takeEnded(_ count: Int) -> [AlertRecord] {
        let taken = Array(ended.prefix(count))
        ended.removeFirst(taken.count)
        return taken
    }

    /// When its next message goes; nil while there is none.
    func dueNanoseconds(_ limits: AlertLimits) -> UInt64? {
        guard hasNews else { return nil }
        let gathered = min(
            firstWaitingNanoseconds + limits.gatherNanosecondsMax,
            lastWaitingNanoseconds + limits.gatherQuietNanoseconds)
        let isOnlyReminder = waiting.isEmpty && ended.isEmpty
        let spaced = toldNanoseconds.map { $0 + spacingNanoseconds } ?? 0
        return max(isOnlyReminder ? 0 : gathered, spaced)
    }

    /// A group that keeps having news is told ever more rarely, down to the interval; one that was quiet begins anew.
    mutating func noteTold(at time: UInt64, interval: UInt64, _ limits: AlertLimits) {
        let wasQuiet = toldNanoseconds.map { time - min(time, $0) >= max(interval, 2 * spacingNanoseconds) } ?? true
        let first = min(limits.spacingNanoseconds, interval)
        spacingNanoseconds = wasQuiet ? first : min(spacingNanoseconds * 2, interval)
        toldNanoseconds = time
    }

    func isForgettable(at time: UInt64, interval: UInt64) -> Bool {
        !hasNews && time - min(time, toldNanoseconds ?? 0) >= 2 * interval
    }
}

package import Configuration
import Findings
package import Platform
package import SQLite
package import Synchronization

/// What the engine's thread and others share.
package final class AlertShared: Sendable {
    package let core: Mutex<AlertCore>
    package let limits: AlertLimits
    package let health = Mutex(AlertHealth())

    package init(_ core: AlertCore) {
        limits = core.limits
        self.core = Mutex(core)
    }
}

/// Whether alerts could be written lately.
package struct AlertHealth: Sendable {
    package private(set) var failures: UInt64 = 0
    package private(set) var failuresInARow: UInt64 = 0
    package private(set) var lastError: SQLiteError?

    package init() {}

    mutating func noteSuccess() { failuresInARow = 0 }

    mutating func note(_ error: SQLiteError) {
        failures += 1
        failuresInARow += 1
        lastError = error
    }
}

/// The thread that turns findings into alerts and alerts into messages. Woken by each change of a finding and once a
/// second; the judge never waits for it. Any thread may ask and silence.
package final class AlertEngine: Sendable {
    private static let tickNanoseconds: UInt64 = 1_000_000_000
    /// After each look at the feed: where thousands of findings a second come, waking a sleeper for each of them would
    /// cost the judge more than telling them.
    private static let restNanoseconds: UInt64 = 1_000_000

    private let shared: AlertShared
    private let sources: AlertSources
    private let database: AlertDatabase?
    private let sink: NoticeSink
    private let unhanded: [Notice]
    /// Behind what the ledgers held at the start.
    private let place: UInt64
    private let signal = WakeSignal()
    private let stopping = Atomic(false)
    private let thread = Mutex<WorkerThread?>(nil)

    /// Takes back what an earlier life left; the book has to be restored before.
    package init(
        _ rules: AlertRules, sources: AlertSources, database: AlertDatabase?, limits: AlertLimits = AlertLimits(),
        sink: @escaping NoticeSink
    ) throws(SQLiteError) {
        place = sources.book.feed.latest
        var core = AlertCore(rules, limits: limits, startedNanoseconds: sources.wallClock())
        let contents = try database?.contents(resolvedMax: limits.resolvedMax)
        core.restore(
            contents?.records ?? [], contents?.silences ?? [], patterns: sources.book.patterns.snapshot(),
            writtenNanoseconds: contents?.readNanoseconds)
        unhanded = contents?.notices ?? []
        shared = AlertShared(core)
        self.sources = sources
        self.database = database
        self.sink = sink
    }

    package func start() throws(PlatformError) {
        sources.book.feed.wake(signal)
        let worker = try WorkerThread(name: "alerts") { self.run() }
        thread.withLock { $0 = worker }
    }

    /// Reads what was published until now, tells it, and ends.
    package func stop() {
        stopping.store(true, ordering: .releasing)
        signal.raise()
        thread.withLock { $0.take() }?.join()
        sources.book.feed.forget(signal)
        database?.close()
    }

    private func run() {
        let round = AlertRound(shared, sources, database: database, readFrom: place, sink: sink)
        round.begin(unhanded)
        var nextTick = Clock.monotonicNanoseconds
        var nextNotice = nextTick
        while !stopping.load(ordering: .acquiring) {
            let wasWoken = signal.wait(untilNanoseconds: min(nextTick, nextNotice))
            let due = round.readFeed()
            let now = Clock.monotonicNanoseconds
            let wall = sources.wallClock()
            nextNotice = due.map { now + ($0 - min(wall, $0)) } ?? .max
            if wasWoken { Clock.sleep(nanoseconds: Self.restNanoseconds) }
            guard now >= nextTick else { continue }
            nextTick = now + Self.tickNanoseconds
            round.tick()
        }
        round.finish()
    }

    /// Other rules hold from now on.
    package func exchange(_ rules: AlertRules) {
        let now = sources.wallClock()
        shared.core.withLock { $0.exchange(rules, at: now) }
        signal.raise()
    }

    // MARK: Questions

    package var counters: AlertCounters { shared.core.withLock { $0.counters } }
    package var health: AlertHealth { shared.health.withLock { $0 } }
    /// Pending, firing and ended ones, the newest first.
    package var records: [AlertRecord] {
        let (active, resolved) = shared.core.withLock { ($0.activeRecords, $0.resolvedRecords) }
        return (active + resolved).sorted {
            ($0.alert.startedNanoseconds, $0.alert.id) > ($1.alert.startedNanoseconds, $1.alert.id)
        }
    }
    /// What fires now and that nobody silences.
    package var firing: [Alert] {
        shared.core.withLock { $0.activeRecords }.filter { $0.alert.state == .firing && $0.silencedBy == nil }.map(
            \.alert)
    }

    // MARK: Silences

    package var silences: [Silence] { shared.core.withLock { $0.allSilences } }

    package enum SilenceRefusal: Error, Sendable {
        case tooMany(Int)
        case notWritten(SQLiteError)
    }

    /// In force, and written so that it survives a restart.
    package func silence(
        _ match: [LabelMatch], from: UInt64, to: UInt64, by: String, why: String
    ) throws(SilenceRefusal) -> Silence {
        let now = sources.wallClock()
        let words = match.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
        let silence = Silence(
            PlannedSilence(time: .once(from: from, to: to), match: match, by: by, why: why),
            id: StableID.of("silence", "\(now)", "\(to)", words), source: .api)
        guard shared.core.withLock({ $0.add(silence, at: now) }) else { throw .tooMany(shared.limits.silencesMax) }
        do throws(SQLiteError) {
            try database?.put(silence)
        } catch {
            _ = shared.core.withLock { $0.removeSilence(silence.id, at: now) }
            throw .notWritten(error)
        }
        signal.raise()
        return silence
    }

    /// Nil where there is none that came over the API.
    package func endSilence(_ id: String) throws(SQLiteError) -> Silence? {
        let now = sources.wallClock()
        guard let ended = shared.core.withLock({ $0.removeSilence(id, at: now) }) else { return nil }
        try database?.deleteSilence(id)
        signal.raise()
        return ended
    }

    package var now: UInt64 { sources.wallClock() }
}

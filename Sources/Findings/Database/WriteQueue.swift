import Platform
import Synchronization

/// What waits for the writer thread. Offering never blocks: what finds no room is counted under the reason and gone.
final class WriteQueue: Sendable {
    private struct State {
        var jobs: [WriteJob] = []
        /// Jobs and bytes that are not written yet, those in the writer's hands included.
        var pendingJobs = 0
        var pendingBytes = 0
        var lastChange: Int64 = 0
        var isClosing = false
        var isUnusable = false
        /// The writer lets jobs come together, and need not be woken for each.
        var isGathering = false
        /// Something among the jobs does not wait.
        var isPressed = false
        var dropped: [DatabaseDropReason: UInt64] = [:]
    }

    private let limits: DatabaseLimits
    private let state: Mutex<State>
    private let wake = WakeSignal()

    init(limits: DatabaseLimits, lastChange: Int64) {
        self.limits = limits
        state = Mutex(State(lastChange: lastChange))
    }

    /// The number of the latest change that was offered, whether it found room or not.
    var lastChange: Int64 { state.withLock { $0.lastChange } }
    var isClosing: Bool { state.withLock { $0.isClosing } }
    var isUnusable: Bool { state.withLock { $0.isUnusable } }
    var dropped: [DatabaseDropReason: UInt64] { state.withLock { $0.dropped } }
    var pending: (jobs: Int, bytes: Int) { state.withLock { ($0.pendingJobs, $0.pendingBytes) } }

    /// Says whether the job found room.
    func offer(_ job: WriteJob) -> Bool {
        let (taken, isWaking) = state.withLock { state in
            var job = job
            if case .verdict(var verdict) = job {
                state.lastChange += 1
                verdict.number = state.lastChange
                job = .verdict(verdict)
            }
            if let reason = refusal(of: job, in: state) {
                state.dropped[reason, default: 0] += 1
                return (false, false)
            }
            state.jobs.append(job)
            state.pendingJobs += 1
            state.pendingBytes += job.bytes
            if case .barrier = job { state.isPressed = true }
            if state.jobs.count >= limits.transactionJobsMax { state.isPressed = true }
            return (true, state.isPressed || !state.isGathering)
        }
        if isWaking { wake.raise() }
        return taken
    }

    private func refusal(of job: WriteJob, in state: State) -> DatabaseDropReason? {
        if case .barrier = job { return nil }
        if state.isUnusable { return .databaseUnusable }
        if state.isClosing { return .closing }
        if job.bytes > limits.keptTraceBytesMax { return .traceTooLarge }
        if state.pendingJobs >= limits.queueJobsMax { return .queueFull }
        return state.pendingBytes + job.bytes > limits.queueBytesMax ? .queueBytesFull : nil
    }

    /// Everything that waits; empty when nothing came until the deadline.
    func take(untilNanoseconds deadline: UInt64) -> [WriteJob] {
        let jobs = takeNow()
        if !jobs.isEmpty || isClosing { return jobs }
        wake.wait(untilNanoseconds: deadline)
        return takeNow()
    }

    private func takeNow() -> [WriteJob] {
        state.withLock { state in
            defer { state.jobs = [] }
            state.isPressed = false
            return state.jobs
        }
    }

    /// Lets jobs come together for one transaction, but for no longer than until the deadline and not where somebody
    /// waits for the end of them.
    func gather(untilNanoseconds deadline: UInt64) {
        state.withLock { $0.isGathering = true }
        while Clock.monotonicNanoseconds < deadline, !state.withLock({ $0.isPressed || $0.isClosing }) {
            wake.wait(untilNanoseconds: deadline)
        }
        state.withLock { $0.isGathering = false }
    }

    /// Sleeps, but not through the wish to close.
    func pause(nanoseconds: UInt64) {
        guard !isClosing else { return Clock.sleep(nanoseconds: min(nanoseconds, 10_000_000)) }
        let end = Clock.monotonicNanoseconds + nanoseconds
        while Clock.monotonicNanoseconds < end, !isClosing { wake.wait(untilNanoseconds: end) }
    }

    func finish(_ jobs: some Collection<WriteJob>) {
        state.withLock { state in
            state.pendingJobs -= jobs.count
            state.pendingBytes -= jobs.reduce(0) { $0 + $1.bytes }
        }
    }

    func countDrop(_ reason: DatabaseDropReason) {
        state.withLock { $0.dropped[reason, default: 0] += 1 }
    }

    func markUnusable() {
        state.withLock { $0.isUnusable = true }
    }

    func close() {
        state.withLock { $0.isClosing = true }
        wake.raise()
    }
}

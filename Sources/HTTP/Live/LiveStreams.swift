package import Platform
import Synchronization

/// All answers without an end that one desk gives: how many there may be, and the thread that wakes them. Any thread
/// may call.
package final class LiveStreams: Sendable {
    package struct Limits: Hashable, Sendable {
        package var streamsMax = 64
        package var heartbeatNanoseconds: UInt64 = 10_000_000_000
        /// Readers who went away are looked for so often.
        package var lookNanoseconds: UInt64 = 1_000_000_000
        /// News that comes sooner after other news waits so long: a flood of findings costs a hundred rounds a second.
        package var roundNanoseconds: UInt64 = 10_000_000

        package init() {}
    }

    private struct WeakBody {
        weak var body: LiveBody?
    }

    private struct State {
        /// By the number of the stream; a number without a body is a place that was just taken or is about to be
        /// given back.
        var bodies: [UInt64: WeakBody] = [:]
        var last: UInt64 = 0
        var refused: UInt64 = 0
        var worker: WorkerThread?
        var isStopped = false
    }

    /// Raised by whoever has news.
    package let news = WakeSignal()
    private let limits: Limits
    /// Told when the first reader comes and when the last one has gone.
    private let follow: @Sendable (WakeSignal, _ isWanted: Bool) -> Void
    private let state = Mutex(State())

    package init(
        limits: Limits = Limits(), follow: @escaping @Sendable (WakeSignal, _ isWanted: Bool) -> Void = { _, _ in }
    ) {
        precondition(limits.streamsMax > 0, "a desk without streams is no desk")
        self.limits = limits
        self.follow = follow
    }

    package var openCount: Int { state.withLock { $0.bodies.count } }
    /// Readers that found no place.
    package var refusedCount: UInt64 { state.withLock { $0.refused } }

    /// Nil where there are as many as there may be.
    package func open(_ source: any LiveSource) throws(PlatformError) -> LiveBody? {
        guard let number = try takePlace() else { return nil }
        let body = LiveBody(source: source, heartbeatNanoseconds: limits.heartbeatNanoseconds) { [weak self] in
            self?.returnPlace(number)
        }
        state.withLock { $0.bodies[number] = WeakBody(body: body) }
        return body
    }

    private func takePlace() throws(PlatformError) -> UInt64? {
        try state.withLock { state throws(PlatformError) -> UInt64? in
            guard !state.isStopped, state.bodies.count < limits.streamsMax else {
                state.refused += 1
                return nil
            }
            if state.worker == nil { state.worker = try WorkerThread(name: "streams") { [self] in run() } }
            state.last += 1
            state.bodies[state.last] = WeakBody(body: nil)
            // Under the lock, so that the first reader's coming and the last one's going are told in their order.
            if state.bodies.count == 1 { follow(news, true) }
            return state.last
        }
    }

    private func returnPlace(_ number: UInt64) {
        state.withLock { state in
            state.bodies[number] = nil
            if state.bodies.isEmpty { follow(news, false) }
        }
    }

    private func run() {
        while !state.withLock({ $0.isStopped }) {
            let hasNews = news.wait(untilNanoseconds: Clock.monotonicNanoseconds + limits.lookNanoseconds)
            let bodies = state.withLock { $0.bodies.values.compactMap(\.body) }
            let now = Clock.monotonicNanoseconds
            for body in bodies { body.wake(hasNews: hasNews, atNanoseconds: now) }
            if hasNews { Clock.sleep(nanoseconds: limits.roundNanoseconds) }
        }
    }

    /// Ends all streams and the thread.
    package func stop() {
        let (worker, bodies) = state.withLock { state in
            state.isStopped = true
            defer { state.worker = nil }
            return (state.worker, state.bodies.values.compactMap(\.body))
        }
        for body in bodies { body.end() }
        news.raise()
        worker?.join()
    }
}

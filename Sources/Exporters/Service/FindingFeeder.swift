import Findings
import Platform
import Synchronization

/// Reads the feed of findings, page by page, for all exporters that want any. One thread, which sleeps while nothing
/// is told.
final class FindingFeeder: Sendable {
    private static let pageMax = 256

    private let feed: FindingFeed
    private let take: @Sendable (FindingFeed.Page) -> Void
    private let signal = WakeSignal()
    private let isEnding = Atomic<Bool>(false)
    private let thread = Mutex(WorkerThread?.none)

    init(_ feed: FindingFeed, take: @escaping @Sendable (FindingFeed.Page) -> Void) {
        self.feed = feed
        self.take = take
    }

    func start() throws(PlatformError) {
        let start = feed.latest
        feed.wake(signal)
        let worker = try WorkerThread(name: "findings feed") { [self] in run(from: start) }
        thread.withLock { $0 = worker }
    }

    /// Reads to the end first.
    func stop() {
        isEnding.store(true, ordering: .releasing)
        signal.raise()
        let worker = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        worker?.join()
        feed.forget(signal)
    }

    private func run(from start: UInt64) {
        var place = start
        while true {
            let isLast = isEnding.load(ordering: .acquiring)
            let page = feed.read(after: place, limit: Self.pageMax)
            place = page.place
            if !page.entries.isEmpty || page.missed > 0 { take(page) }
            if page.entries.count == Self.pageMax { continue }
            if isLast { return }
            signal.wait(untilNanoseconds: .max / 2)
        }
    }
}

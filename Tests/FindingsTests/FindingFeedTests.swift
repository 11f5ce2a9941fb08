import Findings
import Platform
import Testing
import TraceModel

@Suite struct FindingFeedTests {
    private static func change(_ number: Int) -> FindingsLog.Change {
        let id = TraceID(high: 1, low: UInt64(number))
        return FindingsLog.Change(
            before: nil, after: Finding(traceID: id, verdict: .masked, decidedNanoseconds: UInt64(number)))
    }

    @Test func aReaderGetsEverythingInOrderAndGoesOnWhereItStopped() {
        let feed = FindingFeed(entriesMax: 8)
        for number in 1...5 { feed.append(Self.change(number)) }
        let first = feed.read(after: 0, limit: 3)
        #expect(first.entries.map(\.number) == [1, 2, 3] && first.missed == 0 && first.place == 3)
        let second = feed.read(after: first.place, limit: 10)
        #expect(second.entries.map(\.change.after.decidedNanoseconds) == [4, 5] && second.place == 5)
        #expect(feed.read(after: second.place, limit: 10).entries.isEmpty)
    }

    @Test(arguments: 1...5) func aSlowReaderIsToldWhatItMissed(size: Int) {
        let feed = FindingFeed(entriesMax: size)
        for number in 1...20 {
            feed.append(Self.change(number))
            let page = feed.read(after: 0, limit: .max)
            #expect(page.entries.map(\.number) == Array(UInt64(max(1, number - size + 1))...UInt64(number)))
            #expect(page.missed == UInt64(max(0, number - size)))
        }
    }

    @Test func aPlaceOfAnotherLifeIsReadAsTheEnd() {
        let feed = FindingFeed(entriesMax: 4)
        feed.append(Self.change(1))
        let page = feed.read(after: 1_000, limit: 5)
        #expect(page.entries.isEmpty && page.place == 1 && page.missed == 0)
    }

    @Test func whoWaitsIsWoken() {
        let feed = FindingFeed()
        let signal = WakeSignal()
        feed.wake(signal)
        feed.append(Self.change(1))
        #expect(signal.wait(untilNanoseconds: Clock.monotonicNanoseconds))
        feed.forget(signal)
        feed.append(Self.change(2))
        #expect(!signal.wait(untilNanoseconds: Clock.monotonicNanoseconds))
    }
}

package import Platform
import Synchronization

/// The latest changes of findings, numbered in the order in which they were told: what live streams, alerts and
/// exporters read. One ring for all of them. A reader keeps its own place, so a slow one costs nothing and holds nobody
/// up; when the ring has gone past it, it is told how many changes it missed. Any thread may call.
package final class FindingFeed: Sendable {
    package struct Entry: Sendable {
        /// Ascending by one, from 1.
        package let number: UInt64
        package let toldNanoseconds: UInt64
        package let change: FindingsLog.Change

        package init(number: UInt64, toldNanoseconds: UInt64, change: FindingsLog.Change) {
            self.number = number
            self.toldNanoseconds = toldNanoseconds
            self.change = change
        }
    }

    /// What came after a reader's place.
    package struct Page: Sendable {
        package let entries: [Entry]
        /// Changes between the reader's place and the first entry that the ring has dropped.
        package let missed: UInt64
        /// The place to read on from.
        package let place: UInt64
    }

    package static let entriesMaxDefault = 4_096

    private struct State {
        var ring: [Entry] = []
        /// The number of the latest entry.
        var latest: UInt64 = 0
        var readers: [ObjectIdentifier: WakeSignal] = [:]
    }

    private let entriesMax: Int
    private let state = Mutex(State())

    package init(entriesMax: Int = FindingFeed.entriesMaxDefault) {
        precondition(entriesMax > 0, "a feed holds at least one change")
        self.entriesMax = entriesMax
    }

    /// The place behind everything that was told so far.
    package var latest: UInt64 { state.withLock { $0.latest } }

    package func append(_ change: FindingsLog.Change, toldNanoseconds: UInt64 = Clock.wallNanoseconds) {
        let readers = state.withLock { state in
            state.latest += 1
            let entry = Entry(number: state.latest, toldNanoseconds: toldNanoseconds, change: change)
            let slot = Int((state.latest - 1) % UInt64(entriesMax))
            if slot < state.ring.count { state.ring[slot] = entry } else { state.ring.append(entry) }
            return state.readers.isEmpty ? [] : Array(state.readers.values)
        }
        for reader in readers { reader.raise() }
    }

    /// At most `limit` changes after `place`, oldest first. A place that lies ahead of the feed (of another life of the
    /// process) is read as its end.
    package func read(after place: UInt64, limit: Int) -> Page {
        state.withLock { state in
            let oldest = state.latest - UInt64(state.ring.count)
            let start = min(max(place, oldest), state.latest)
            let end = min(state.latest, start + UInt64(max(limit, 0)))
            let entries = (start..<end).map { state.ring[Int($0 % UInt64(entriesMax))] }
            return Page(entries: entries, missed: oldest > place ? oldest - place : 0, place: end)
        }
    }

    /// Raises `signal` after each change, until `forget`.
    package func wake(_ signal: WakeSignal) {
        state.withLock { $0.readers[ObjectIdentifier(signal)] = signal }
    }

    package func forget(_ signal: WakeSignal) {
        _ = state.withLock { $0.readers.removeValue(forKey: ObjectIdentifier(signal)) }
    }
}

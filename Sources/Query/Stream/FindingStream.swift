import Findings
import HTTP
import JSON
import Synchronization
import TraceModel

/// Tells one reader of changes of findings as they happen, as server-sent events.
final class FindingStream: LiveSource {
    /// Changes that are taken from the feed at a time: what a reader that takes nothing costs.
    private static let pageEntries = 64

    private struct State {
        var place: UInt64
        var hasBegun = false
    }

    private let feed: FindingFeed
    private let filter: FindingFilter
    private let epoch: String
    private let state: Mutex<State>

    /// `last`: what the reader has seen. Of an earlier life of the process it says that all of this one is news;
    /// without it news begins now.
    init(_ feed: FindingFeed, _ filter: FindingFilter, epoch: String, last: EventID?) {
        self.feed = feed
        self.filter = filter
        self.epoch = epoch
        let place = last.map { $0.epoch == epoch ? $0.number : 0 } ?? feed.latest
        state = Mutex(State(place: place))
    }

    func next(isQuiet: Bool) -> [UInt8] {
        state.withLock { state in
            var events = EventText()
            if !state.hasBegun {
                // Sends the head of the answer on its way.
                events.begin(retryMilliseconds: 2000, id: EventID(epoch: epoch, number: state.place))
                state.hasBegun = true
            }
            while true {
                let page = feed.read(after: state.place, limit: Self.pageEntries)
                state.place = page.place
                if page.missed > 0 { events.missed(page.missed) }
                for entry in page.entries where tells(entry.change) {
                    events.finding(entry.change, id: EventID(epoch: epoch, number: entry.number))
                }
                if page.entries.isEmpty || !events.bytes.isEmpty { break }
            }
            // A reader whose filter lets nothing through still has to know how far it has come.
            if events.bytes.isEmpty && isQuiet { events.beat(id: EventID(epoch: epoch, number: state.place)) }
            return events.bytes
        }
    }

    /// What leaves the filter is told as well: it was on the reader's screen.
    private func tells(_ change: FindingsLog.Change) -> Bool {
        filter.matches(change.after) || (change.before.map(filter.matches) ?? false)
    }
}

/// Server-sent events, as text.
struct EventText {
    private(set) var bytes: [UInt8] = []

    mutating func begin(retryMilliseconds: Int, id: EventID) {
        append(": unmask\nretry: \(retryMilliseconds)\nid: \(id)\n\n")
    }

    mutating func beat(id: EventID) { append(": still here\nid: \(id)\n\n") }

    mutating func missed(_ count: UInt64) {
        var writer = JSONWriter()
        writer.object { $0.field("missed", count) }
        event("missed", writer)
    }

    mutating func finding(_ change: FindingsLog.Change, id: EventID) {
        var writer = JSONWriter()
        FindingJSON.write(change.after, to: &writer) { $0.field("change", change.word.rawValue) }
        append("id: \(id)\n")
        event("finding", writer)
    }

    /// JSON text has no line breaks, which would end the data.
    private mutating func event(_ name: String, _ writer: JSONWriter) {
        append("event: \(name)\ndata: ")
        bytes += writer.bytes
        append("\n\n")
    }

    private mutating func append(_ text: String) { bytes += Array(text.utf8) }
}

extension FindingsLog.Change {
    enum Word: String, CaseIterable {
        case new, revised, resolved, final
    }

    /// What a change means to a reader of findings.
    var word: Word {
        guard let before else { return .new }
        if before.fingerprint != nil && after.fingerprint == nil { return .resolved }
        return before.revision == after.revision && after.state == .final ? .final : .revised
    }
}

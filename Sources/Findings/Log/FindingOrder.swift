package import TraceModel

/// In which order a list of findings is read.
package enum FindingOrder: String, Sendable, CaseIterable {
    case newest, oldest, longest, shortest
}

/// A place in a list by duration, as an opaque text for readers: what is less extreme than this comes next.
package struct DurationCursor: Sendable, Hashable, CustomStringConvertible {
    package let durationNanoseconds: UInt64
    package let traceID: TraceID

    init(after finding: Finding) {
        (durationNanoseconds, traceID) = (finding.durationNanoseconds, finding.traceID)
    }

    package init?(text: some StringProtocol) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].first == "d", parts[1].utf8.count == 32,
            let duration = UInt64(parts[0].dropFirst(), radix: 36), let traceID = TraceID(hex: parts[1])
        else { return nil }
        (durationNanoseconds, self.traceID) = (duration, traceID)
    }

    package var description: String { "d\(String(durationNanoseconds, radix: 36))-\(traceID)" }
}

extension DurationCursor: Comparable {
    package static func < (left: DurationCursor, right: DurationCursor) -> Bool {
        (left.durationNanoseconds, left.traceID.high, left.traceID.low)
            < (right.durationNanoseconds, right.traceID.high, right.traceID.low)
    }
}

/// The most extreme findings so far of a walk through all of the log.
struct DurationSearch {
    private let isLongest: Bool
    private let after: DurationCursor?
    private let limit: Int
    /// In order, one more than wanted, which proves that there is a next page.
    private var found: [(place: DurationCursor, entry: LogEntry)] = []

    init(longest: Bool, limit: Int, after: DurationCursor?) {
        isLongest = longest
        self.limit = max(limit, 0)
        self.after = after
    }

    var result: (items: [Finding], next: DurationCursor?) {
        (found.prefix(limit).map(\.entry.finding), found.count > limit && limit > 0 ? found[limit - 1].place : nil)
    }

    private func comes(_ left: DurationCursor, before right: DurationCursor) -> Bool {
        isLongest ? left > right : left < right
    }

    mutating func visit(_ entry: LogEntry) {
        let place = DurationCursor(after: entry.finding)
        if let after, !comes(after, before: place) { return }
        if found.count > limit, let last = found.last, !comes(place, before: last.place) { return }
        var low = 0
        var high = found.count
        while low < high {
            let middle = (low + high) / 2
            if comes(found[middle].place, before: place) { low = middle + 1 } else { high = middle }
        }
        found.insert((place, entry), at: low)
        if found.count > limit + 1 { found.removeLast() }
    }
}

/// A finding in the log; never changed, only replaced, so that a search reads it where it lies. (Copying findings out
/// of a dictionary made a search through 200,000 of them take 100 ms.)
final class LogEntry: Sendable {
    let finding: Finding
    /// Computed once, since a search by pattern would compute it for every entry.
    let fingerprint: Fingerprint?

    init(_ finding: Finding) {
        self.finding = finding
        fingerprint = finding.fingerprint
    }

    var place: FindingCursor { FindingCursor(after: finding) }
}

/// Entries in ascending order of their place, made for entries that nearly always arrive in order: adding at the end
/// and taking from the start cost next to nothing, anything else moves what lies behind.
struct EntryOrder {
    private var places: [FindingCursor] = []
    private var entries: [LogEntry] = []
    /// What lies before this is gone already; it is cut off together once it is an eighth of all. Its entries stay
    /// referenced until then.
    private var head = 0

    var count: Int { places.count - head }

    func place(at position: Int) -> FindingCursor { places[head + position] }
    func entry(at position: Int) -> LogEntry { entries[head + position] }

    mutating func insert(_ entry: LogEntry) {
        let place = entry.place
        if let last = places.last, head < places.count, last > place {
            let position = head + lowerBound(place)
            places.insert(place, at: position)
            entries.insert(entry, at: position)
        } else {
            places.append(place)
            entries.append(entry)
        }
    }

    /// Puts the entry where the one of the same place was.
    mutating func replace(_ entry: LogEntry) {
        let position = head + lowerBound(entry.place)
        precondition(position < places.count && places[position] == entry.place, "an entry keeps its place")
        entries[position] = entry
    }

    mutating func removeFirst() -> LogEntry {
        let entry = entries[head]
        head += 1
        if head > 1024 && head * 8 > places.count {
            places.removeFirst(head)
            entries.removeFirst(head)
            head = 0
        }
        return entry
    }

    /// How many places are not greater than this one.
    func upperBound(_ place: FindingCursor) -> Int {
        let position = lowerBound(place)
        return position < count && self.place(at: position) == place ? position + 1 : position
    }

    /// How many places are less than this one.
    func lowerBound(_ place: FindingCursor) -> Int {
        var low = head
        var high = places.count
        while low < high {
            let middle = low + (high - low) / 2
            if places[middle] < place { low = middle + 1 } else { high = middle }
        }
        return low - head
    }
}

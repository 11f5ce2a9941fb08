/// What one minute of a series holds; adding and taking away must be exact.
protocol MinuteCounts: Sendable {
    init()
    static func += (left: inout Self, right: Self)
    static func -= (left: inout Self, right: Self)
    var isEmpty: Bool { get }
}

/// Counts by minute of wall time, ascending; only minutes in which something happened take memory.
struct MinuteSeries<Counts: MinuteCounts>: Sendable {
    struct Bucket: Sendable {
        var minute: UInt32
        var counts: Counts
    }

    private(set) var buckets: [Bucket] = []

    static func minute(ofNanoseconds nanoseconds: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: nanoseconds / 60_000_000_000)
    }

    init() {}

    /// Takes buckets that were saved, in ascending order.
    init(restoring buckets: [Bucket]) {
        precondition(zip(buckets, buckets.dropFirst()).allSatisfy { $0.minute < $1.minute }, "minutes ascend")
        self.buckets = buckets
    }

    /// Adds or, with a negative sign, takes away, and says by how many buckets the series grew: -1, 0 or 1. A minute
    /// that is empty again is gone, as if it never was.
    mutating func add(_ counts: Counts, sign: Int64, minute: UInt32) -> Int {
        let position = lowerBound(minute)
        let isNew = position == buckets.count || buckets[position].minute != minute
        if isNew { buckets.insert(Bucket(minute: minute, counts: Counts()), at: position) }
        if sign > 0 { buckets[position].counts += counts } else { buckets[position].counts -= counts }
        guard buckets[position].counts.isEmpty else { return isNew ? 1 : 0 }
        buckets.remove(at: position)
        return isNew ? 0 : -1
    }

    func suffix(from minute: UInt32) -> MinuteSeries {
        var rest = MinuteSeries()
        rest.buckets = Array(buckets[lowerBound(minute)...])
        return rest
    }

    /// The sum over these minutes.
    func sum(_ minutes: Range<UInt32>) -> Counts {
        var sum = Counts()
        var position = lowerBound(minutes.lowerBound)
        while position < buckets.count, buckets[position].minute < minutes.upperBound {
            sum += buckets[position].counts
            position += 1
        }
        return sum
    }

    /// Sums over steps of so many minutes, from one minute on.
    func sums(from first: UInt32, step: UInt32, points: Int) -> [Counts] {
        var sums = [Counts](repeating: Counts(), count: points)
        var position = lowerBound(first)
        while position < buckets.count {
            let point = Int((buckets[position].minute - first) / step)
            guard point < points else { break }
            sums[point] += buckets[position].counts
            position += 1
        }
        return sums
    }

    /// Forgets all before this minute and says how many buckets that were.
    mutating func forget(before minute: UInt32) -> Int {
        let gone = lowerBound(minute)
        buckets.removeFirst(gone)
        return gone
    }

    private func lowerBound(_ minute: UInt32) -> Int {
        // Nearly every access is to the current minute.
        if let last = buckets.last, last.minute <= minute {
            return last.minute == minute ? buckets.count - 1 : buckets.count
        }
        var low = 0
        var high = buckets.count
        while low < high {
            let middle = (low + high) / 2
            if buckets[middle].minute < minute { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// How much history a ledger keeps: at most `minutesMax` back, and at most `bucketsMax` buckets over all series. When
/// there are more, the oldest minutes of all series go together, so that every series reaches equally far back.
struct SeriesBudget: Sendable {
    let minutesMax: UInt32
    let bucketsMax: Int
    var buckets = 0
    private(set) var newest: UInt32 = 0
    /// What lies before this minute is no longer complete.
    private(set) var floor: UInt32 = 0

    init(minutesMax: UInt32, bucketsMax: Int) {
        precondition(minutesMax > 0 && bucketsMax > 0, "a series holds at least one minute")
        self.minutesMax = minutesMax
        self.bucketsMax = bucketsMax
    }

    /// Whether a count of this minute still has a place.
    mutating func admits(_ minute: UInt32) -> Bool {
        newest = max(newest, minute)
        floor = max(floor, newest >= minutesMax ? newest - minutesMax + 1 : 0)
        return minute >= floor
    }

    var isOver: Bool { buckets > bucketsMax }

    /// The minute before which everything must go to bring the number of buckets to seven eighths.
    mutating func raiseFloor(bucketMinutes: [UInt32: Int]) -> UInt32 {
        var excess = buckets - bucketsMax / 8 * 7
        for (minute, count) in bucketMinutes.sorted(by: { $0.key < $1.key }) {
            // The newest minute stays, even where it alone is too much.
            guard excess > 0, minute < newest else { break }
            excess -= count
            floor = max(floor, minute + 1)
        }
        return floor
    }
}

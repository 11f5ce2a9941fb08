/// Whose turn it is: of each group only the oldest parcel may go, and of those that may go now the oldest does.
///
/// Holds numbers and sizes, no messages. A value without a clock.
struct Schedule {
    private struct Line {
        var entries: [(number: Int64, bytes: Int)] = []
        /// Entries before this are gone.
        var first = 0
        /// Of its head.
        var notBefore: UInt64 = 0

        var isEmpty: Bool { first == entries.count }
        var head: Int64 { entries[first].number }
    }

    private var lines: [String: Line] = [:]
    private(set) var count = 0
    private(set) var bytes = 0

    mutating func append(_ number: Int64, bytes: Int, group: String) {
        lines[group, default: Line()].entries.append((number, bytes))
        count += 1
        self.bytes += bytes
    }

    /// The parcel to try now, or when there may be one; nil for neither.
    func next(_ now: UInt64) -> Turn? {
        var best: (number: Int64, group: String)?
        var soonest: UInt64 = .max
        for (group, line) in lines {
            if line.notBefore > now {
                soonest = min(soonest, line.notBefore)
            } else if line.head < best?.number ?? .max {
                best = (line.head, group)
            }
        }
        if let best { return .parcel(best.number, group: best.group) }
        return soonest == .max ? nil : .wait(until: soonest)
    }

    enum Turn: Equatable {
        case parcel(Int64, group: String)
        case wait(until: UInt64)
    }

    /// The head of a group is done with, whichever way.
    mutating func removeHead(of group: String) {
        guard var line = lines[group], !line.isEmpty else { return }
        count -= 1
        bytes -= line.entries[line.first].bytes
        line.first += 1
        line.notBefore = 0
        if line.first > 64, line.first * 2 > line.entries.count {
            line.entries.removeFirst(line.first)
            line.first = 0
        }
        lines[group] = line.isEmpty ? nil : line
    }

    mutating func postpone(_ group: String, until time: UInt64) {
        lines[group]?.notBefore = time
    }

    /// The oldest of all, with its group.
    var oldest: (number: Int64, group: String)? {
        lines.min { $0.value.head < $1.value.head }.map { ($0.value.head, $0.key) }
    }
}

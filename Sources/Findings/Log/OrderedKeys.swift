/// Keys in ascending order, made for keys that nearly always arrive in order: adding at the end and taking from the
/// start cost next to nothing, anything else moves the keys behind it.
struct OrderedKeys<Key: Comparable> {
    private var keys: [Key] = []
    /// Keys before this one are gone already; they are cut off together once they are half of all.
    private var head = 0

    var count: Int { keys.count - head }
    var first: Key? { head < keys.count ? keys[head] : nil }

    subscript(position: Int) -> Key { keys[head + position] }

    mutating func insert(_ key: Key) {
        if let last = keys.last, head < keys.count, last > key {
            keys.insert(key, at: head + lowerBound(key))
        } else {
            keys.append(key)
        }
    }

    mutating func removeFirst() -> Key {
        let key = keys[head]
        head += 1
        if head > 1024 && head * 2 > keys.count {
            keys.removeFirst(head)
            head = 0
        }
        return key
    }

    /// How many keys are less than this one.
    func lowerBound(_ key: Key) -> Int {
        var low = head
        var high = keys.count
        while low < high {
            let middle = low + (high - low) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low - head
    }
}

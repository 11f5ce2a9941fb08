package import TraceModel

/// Steps, one bit each: what a scan asks of every record it passes.
package struct HopSet: Sendable {
    private var words: [UInt64] = []
    package private(set) var isEmpty = true

    package init() {}

    package mutating func insert(_ hop: HopID) {
        let word = Int(hop.raw >> 6)
        if word >= words.count { words.append(contentsOf: repeatElement(0, count: word + 1 - words.count)) }
        words[word] |= 1 << UInt64(hop.raw & 63)
        isEmpty = false
    }

    package func contains(_ hop: HopID) -> Bool {
        let word = Int(hop.raw >> 6)
        return word < words.count && words[word] & 1 << UInt64(hop.raw & 63) != 0
    }
}

/// Which batches of one client instance were accepted: the highest sequence and a map of the thousand below it.
package struct SequenceWindow {
    static let width: UInt64 = 1024
    private(set) var highest: UInt64 = 0
    private var map = [UInt64](repeating: 0, count: Int(width / 64))

    package init() {}

    /// True for what was accepted before, and for everything further back than the window: a client keeps at most
    /// its window of batches open, which is far narrower.
    package func contains(_ sequence: UInt64) -> Bool {
        if sequence > highest { return false }
        if highest - sequence >= Self.width { return true }
        return map[Self.word(sequence)] & Self.bit(sequence) != 0
    }

    package mutating func insert(_ sequence: UInt64) {
        // What lies behind the window counts as accepted already, and its bit is another sequence's by now.
        if highest >= sequence, highest - sequence >= Self.width { return }
        if sequence > highest {
            if sequence - highest >= Self.width {
                for index in map.indices { map[index] = 0 }
            } else {
                for passed in highest + 1...sequence { map[Self.word(passed)] &= ~Self.bit(passed) }
            }
            highest = sequence
        }
        map[Self.word(sequence)] |= Self.bit(sequence)
    }

    private static func word(_ sequence: UInt64) -> Int { Int(sequence / 64 % (width / 64)) }
    private static func bit(_ sequence: UInt64) -> UInt64 { 1 << (sequence % 64) }
}

/// Proves that a decoder gives the same steps however its stream is cut: whole, message by message, in two at every
/// byte, byte by byte, and in seeded random pieces.
///
/// `decode` starts anew, is fed the pieces in order and says every step that it took.
package struct DecoderVerifier<Step: Equatable> {
    private let decode: ([[UInt8]]) throws -> [Step]

    package init(decode: @escaping ([[UInt8]]) throws -> [Step]) {
        self.decode = decode
    }

    /// The steps of the whole stream, and the first way of cutting that gives others; nil where none does.
    package func verify(
        _ messages: [[UInt8]], seed: UInt64, randomCuts: Int = 50
    ) throws -> (steps: [Step], deviation: String?) {
        let stream = Array(messages.joined())
        let expected = try decode([stream])
        if try decode(messages) != expected { return (expected, "message by message") }
        if try decode(stream.map { [$0] }) != expected { return (expected, "byte by byte") }
        for border in 1..<max(stream.count, 1) {
            let pieces = [Array(stream[..<border]), Array(stream[border...])]
            if try decode(pieces) != expected { return (expected, "cut at byte \(border)") }
        }
        var numbers = WordSource(seed: seed)
        for round in 0..<randomCuts {
            let pieces = Self.pieces(of: stream, &numbers)
            if try decode(pieces) != expected {
                return (expected, "seed \(seed), round \(round): pieces of \(pieces.map(\.count)) bytes")
            }
        }
        return (expected, nil)
    }

    /// Pieces of one byte to a few hundred, now and then an empty one.
    private static func pieces(of stream: [UInt8], _ numbers: inout WordSource) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = stream[...]
        while !rest.isEmpty {
            let count = Int(numbers.next() % (numbers.next() % 3 == 0 ? 400 : 12))
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }
}

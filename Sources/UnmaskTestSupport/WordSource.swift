package import TraceModel

/// Seeded random content for spans: words in several scripts, empty ones, long ones, and values of every type.
package struct WordSource: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    private static let words = [
        "", "checkout", "GET", "/orders/{id}", "Ωμέγα", "日本語の名前", "👩‍👩‍👧‍👦", "naïve",
        "a\u{0}b", "\"quoted\"\n", "x", " ",
        "Ж",
    ]

    package mutating func word() -> String {
        switch next() % 8 {
        case 0: ""
        case 1: String(repeating: Self.words[Int(next() % UInt64(Self.words.count))], count: Int(next() % 40))
        case 2: "w\(next() % 50)"
        default: Self.words[Int(next() % UInt64(Self.words.count))]
        }
    }

    /// Small numbers, large ones and the edges of their type.
    package mutating func number() -> UInt64 {
        switch next() % 5 {
        case 0: 0
        case 1: .max
        case 2: next()
        case 3: UInt64(1) << (next() % 64)
        default: next() % 300
        }
    }

    package mutating func bool() -> Bool { next() & 1 == 1 }

    package mutating func value(depth: Int = 0) -> AttributeValue {
        switch next() % (depth < 4 ? 6 : 4) {
        case 0: .string(word())
        case 1: .int(Int64(bitPattern: number()))
        case 2: .double(double())
        case 3: .bool(bool())
        default: .list((0..<Int(next() % 5)).map { _ in value(depth: depth + 1) })
        }
    }

    private mutating func double() -> Double {
        let value = Double(bitPattern: number())
        // NaN is not equal to itself, which is all that these values are asked.
        return value.isNaN ? -0.0 : value
    }

    package mutating func attributes(upTo count: UInt64) -> [SpanAttribute] {
        (0..<next() % (count + 1)).map { _ in SpanAttribute(word(), value()) }
    }
}

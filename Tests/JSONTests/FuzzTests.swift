import JSON
import Testing

/// Seeded, so that a failure can be had again.
private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

@Suite struct JSONFuzzTests {
    private static let tokens = [
        "{", "}", "[", "]", ":", ",", "\"", "\\u", "\\ud83d", "\\", "-", "0", "1e", "9223372036854775808", "true",
        "nul",
        "\"a\":", "\u{2028}", " ",
    ].map { Array($0.utf8) }

    private static func text(depth: Int, _ dice: inout Dice) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &dice) {
        case 0: .null
        case 1: .bool(Bool.random(using: &dice))
        case 2: .int(Int64(bitPattern: dice.next()) >> Int64.random(in: 0..<64, using: &dice))
        case 3: .unsigned(dice.next() | 1 << 63)
        case 4: .double(Double(bitPattern: dice.next() & ~(1 << 62)) + 0.5)
        case 5: .string(word(&dice))
        case 6: .array((0..<Int.random(in: 0..<5, using: &dice)).map { _ in text(depth: depth - 1, &dice) })
        default:
            .object(
                JSONObject(
                    (0..<Int.random(in: 0..<5, using: &dice)).map { _ in
                        JSONObject.Member(key: word(&dice), value: text(depth: depth - 1, &dice))
                    }))
        }
    }

    private static func word(_ dice: inout Dice) -> String {
        let bytes = (0..<Int.random(in: 0..<12, using: &dice)).map { _ in UInt8.random(in: 0...255, using: &dice) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func mutate(_ bytes: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &dice) {
            let at = Int.random(in: 0...bytes.count, using: &dice)
            switch Int.random(in: 0..<4, using: &dice) {
            case 0 where at < bytes.count: bytes[at] = UInt8.random(in: 0...255, using: &dice)
            case 1 where at < bytes.count: bytes.remove(at: at)
            case 2: bytes.removeSubrange(at...)
            default: bytes.insert(contentsOf: tokens[Int.random(in: 0..<tokens.count, using: &dice)], at: at)
            }
        }
        return bytes
    }

    @Test func whatWasWrittenIsReadBack() throws {
        let seed = UInt64.random(in: .min ... .max)
        var dice = Dice(state: seed)
        for _ in 0..<3000 {
            let value = Self.text(depth: 5, &dice)
            let bytes = JSONWriter.bytes(value)
            #expect(try JSONParser.parse(bytes) == value, "seed \(seed)")
        }
    }

    @Test func mutatedTextIsReadOrRefusedInsideItsBounds() {
        let seed = UInt64.random(in: .min ... .max)
        var dice = Dice(state: seed)
        for _ in 0..<20_000 {
            let bytes = Self.mutate(JSONWriter.bytes(Self.text(depth: 4, &dice)), &dice)
            do {
                let value = try JSONParser.parse(bytes)
                #expect(try JSONParser.parse(JSONWriter.bytes(value)) == value, "seed \(seed)")
            } catch {
                #expect((0...bytes.count).contains(error.offset), "seed \(seed)")
            }
        }
    }
}

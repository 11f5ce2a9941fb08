/// A time zone as logs write it: `+0200`, `-05:30`, `Z`.
package enum LogZone {
    /// Seconds east of Greenwich.
    package static func seconds(_ text: some StringProtocol) -> Int? {
        if text == "Z" || text == "z" || text == "UTC" { return 0 }
        let bytes = Array(text.utf8)
        guard bytes.count == 5 || bytes.count == 6 && bytes[3] == UInt8(ascii: ":"),
            bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-")
        else { return nil }
        let digits = bytes[1..<3] + bytes[(bytes.count - 2)...]
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let number = digits.reduce(0) { $0 * 10 + Int($1 & 15) }
        guard number / 100 <= 14, number % 100 < 60 else { return nil }
        let seconds = number / 100 * 3600 + number % 100 * 60
        return bytes[0] == UInt8(ascii: "-") ? -seconds : seconds
    }
}

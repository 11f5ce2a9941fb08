/// A moment as JSON and people read it: RFC 3339 in UTC with nine digits (`2026-03-01T08:00:00.000000001Z`).
package struct UTCTime: Hashable, Sendable {
    /// Since 1970; enough until the year 2554.
    package var nanoseconds: UInt64

    package init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    private static let second: UInt64 = 1_000_000_000
    private static let day: UInt64 = 86_400
}

extension UTCTime: JSONWritable {
    package func write(to writer: inout JSONWriter) { writer.string(description) }
}

extension UTCTime: CustomStringConvertible {
    package var description: String {
        let seconds = nanoseconds / Self.second
        let (year, month, day) = Self.date(day: Int(seconds / Self.day))
        let time = Int(seconds % Self.day)
        let date = "\(Self.pad(year, 4))-\(Self.pad(month, 2))-\(Self.pad(day, 2))"
        let clock = "\(Self.pad(time / 3600, 2)):\(Self.pad(time / 60 % 60, 2)):\(Self.pad(time % 60, 2))"
        return "\(date)T\(clock).\(Self.pad(Int(nanoseconds % Self.second), 9))Z"
    }

    private static func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The Gregorian date of a day counted from 1970. Years are taken to begin in March, so that a leap day is a
    /// year's last and months follow one linear rule; 719,468 days lie between 0000-03-01 and 1970-01-01.
    private static func date(day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}

extension UTCTime {
    /// Reads RFC 3339 in UTC (`Z`) with up to nine digits of a second; nil for all else and for years before 1970.
    package init?(text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 30, bytes.last == UInt8(ascii: "Z") else { return nil }
        guard Self.separators.allSatisfy({ bytes[$0.offset] == $0.byte }) else { return nil }
        guard let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
            let day = Self.number(bytes[8..<10]), let hour = Self.number(bytes[11..<13]),
            let minute = Self.number(bytes[14..<16]), let second = Self.number(bytes[17..<19]),
            let fraction = Self.fraction(bytes[19...].dropLast())
        else { return nil }
        guard year >= 1970, year <= 2553, hour < 24, minute < 60, second < 60 else { return nil }
        guard (1...12).contains(month), (1...31).contains(day) else { return nil }
        let days = Self.day(year: year, month: month, day: day)
        guard Self.date(day: days) == (year, month, day) else { return nil }
        nanoseconds = UInt64(days * 86_400 + hour * 3600 + minute * 60 + second) * Self.second + fraction
    }

    private static let separators: [(offset: Int, byte: UInt8)] = [
        (4, UInt8(ascii: "-")), (7, UInt8(ascii: "-")), (10, UInt8(ascii: "T")), (13, UInt8(ascii: ":")),
        (16, UInt8(ascii: ":")),
    ]

    private static func day(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return shifted / 400 * 146_097 + shifted % 400 * 365 + shifted % 400 / 4 - shifted % 400 / 100 + dayOfYear
            - 719_468
    }

    private static func fraction(_ bytes: ArraySlice<UInt8>) -> UInt64? {
        if bytes.isEmpty { return 0 }
        guard bytes.first == UInt8(ascii: "."), let digits = number(bytes.dropFirst()) else { return nil }
        return (bytes.count..<10).reduce(UInt64(digits)) { value, _ in value * 10 }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 & 15) }
    }
}

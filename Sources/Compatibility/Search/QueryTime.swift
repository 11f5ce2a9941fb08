import JSON

/// Moments as the queries of other tools write them.
enum QueryTime {
    private static let second: UInt64 = 1_000_000_000

    /// A number of units since 1970; nil for all else.
    static func units(_ text: String, nanoseconds unit: UInt64) -> UInt64? {
        guard let number = UInt64(text) else { return nil }
        let (value, isOver) = number.multipliedReportingOverflow(by: unit)
        return isOver ? nil : value
    }

    /// RFC 3339 with any offset. A plus that was not escaped arrives as a space.
    static func rfc3339(_ text: String) -> UInt64? {
        if let time = UTCTime(text: text) { return time.nanoseconds }
        let offset = text.suffix(6)
        guard offset.count == 6, let sign = offset.first, "+- ".contains(sign), offset.dropFirst(3).first == ":",
            let hours = UInt64(offset.dropFirst().prefix(2)), let minutes = UInt64(offset.suffix(2)), hours < 24,
            minutes < 60, let local = UTCTime(text: text.dropLast(6) + "Z")?.nanoseconds
        else { return nil }
        let shift = (hours * 3600 + minutes * 60) * second
        if sign == "-" { return local &+ shift }
        return local >= shift ? local - shift : nil
    }

    /// Seconds, nanoseconds where the number is too large for seconds, or RFC 3339; nil beyond the year 2554.
    static func any(_ text: String) -> UInt64? {
        guard let number = UInt64(text) else { return rfc3339(text) }
        return number > 100_000_000_000 ? number : units(text, nanoseconds: second)
    }
}

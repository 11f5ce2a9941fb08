import Configuration
import JSON

/// Moments and lengths of time as logs write them.
enum LogTime {
    /// Nanoseconds since 1970: a number since then in any usual unit, RFC 3339, or `21/Nov/2026:11:32:06 +0100`.
    static func moment(_ text: String, zoneSeconds: Int) -> UInt64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 8, bytes.count <= 40 else { return nil }
        if bytes.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }) { return number(text) }
        if bytes.count >= 20, bytes[2] == UInt8(ascii: "/") { return common(text, zoneSeconds) }
        return calendar(text, zoneSeconds)
    }

    /// How large a number is tells its unit.
    private static func number(_ text: String) -> UInt64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = UInt64(parts[0]) else { return nil }
        let factor: UInt64
        switch parts[0].utf8.count {
        case ...11: factor = 1_000_000_000
        case ...14: factor = 1_000_000
        case ...17: factor = 1000
        default: factor = 1
        }
        let (product, overflow) = whole.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        let fraction = parts.count == 2 ? Double("0.\(parts[1])") ?? 0 : 0
        return product.addingReportingOverflow(UInt64((fraction * Double(factor)).rounded())).partialValue
    }

    /// RFC 3339 with any zone, or with none.
    private static func calendar(_ text: String, _ zoneSeconds: Int) -> UInt64? {
        var body = text[...]
        var zone = zoneSeconds
        let place = body.lastIndex { $0 == "+" || $0 == "-" || $0 == "Z" || $0 == "z" }
        if let place, text.distance(from: text.startIndex, to: place) > 10 {
            guard let named = LogZone.seconds(body[place...]) else { return nil }
            zone = named
            body = body[..<place]
        }
        while body.last == " " { body.removeLast() }
        var bytes = Array(body.utf8)
        guard bytes.count >= 19 else { return nil }
        if bytes[10] == UInt8(ascii: " ") { bytes[10] = UInt8(ascii: "T") }
        if let comma = bytes.firstIndex(of: UInt8(ascii: ",")) { bytes[comma] = UInt8(ascii: ".") }
        return utc(String(decoding: bytes.prefix(29), as: UTF8.self) + "Z", zone)
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The common log format's, and HAProxy's without a zone and with milliseconds.
    private static func common(_ text: String, _ zoneSeconds: Int) -> UInt64? {
        let words = text.split(separator: " ")
        let parts = words[0].split(separator: ":", maxSplits: 1)
        guard parts.count == 2, words.count <= 2 else { return nil }
        let date = parts[0].split(separator: "/")
        guard date.count == 3, date[0].utf8.count == 2, let month = months.firstIndex(of: String(date[1])) else {
            return nil
        }
        var zone = zoneSeconds
        if words.count == 2 {
            guard let named = LogZone.seconds(words[1]) else { return nil }
            zone = named
        }
        return utc("\(date[2])-\(month < 9 ? "0" : "")\(month + 1)-\(date[0])T\(parts[1])Z", zone)
    }

    private static func utc(_ text: String, _ zoneSeconds: Int) -> UInt64? {
        guard let time = UTCTime(text: text) else { return nil }
        let shift = UInt64(zoneSeconds.magnitude) * 1_000_000_000
        let (shifted, overflow) =
            zoneSeconds < 0
            ? time.nanoseconds.addingReportingOverflow(shift) : time.nanoseconds.subtractingReportingOverflow(shift)
        return overflow ? nil : shifted
    }

    /// Nil for what is no length of time; gateways write -1 for what did not happen.
    static func length(_ text: some StringProtocol, _ unit: LogFormat.Unit) -> UInt64? {
        guard text.utf8.count <= 32 else { return nil }
        guard let number = Double(text) else { return DurationText(String(text))?.nanoseconds }
        let nanoseconds = (number * unit.nanoseconds).rounded()
        return nanoseconds >= 0 ? UInt64(exactly: min(nanoseconds, 1e18)) : nil
    }
}

/// A number with a unit, as people write it: `1.5GB`, `200ms`.
enum Quantity {
    /// Exact, rounded down to whole units of one; nil where it is malformed or does not fit.
    static func parse(_ text: String, units: [(name: String, factor: UInt64)]) -> UInt64? {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(number.count).lowercased()
        guard let factor = units.first(where: { $0.name.lowercased() == unit })?.factor else { return nil }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = UInt64(parts[0]) else { return nil }
        let (product, isTooLarge) = whole.multipliedReportingOverflow(by: factor)
        let fraction = parts.count == 2 ? Self.fraction(parts[1], of: factor) : 0
        guard let fraction, !isTooLarge else { return nil }
        let (sum, carry) = product.addingReportingOverflow(fraction)
        return carry ? nil : sum
    }

    private static func fraction(_ digits: Substring, of factor: UInt64) -> UInt64? {
        guard (1...9).contains(digits.count), let value = UInt64(digits) else { return nil }
        let scale = (0..<digits.count).reduce(UInt64(1)) { product, _ in product * 10 }
        return scale.dividingFullWidth(value.multipliedFullWidth(by: factor)).quotient
    }
}

/// A count of bytes: `512MiB`, `1.5GB`, `4096`.
package struct ByteSize: Hashable, Sendable {
    package var bytes: UInt64

    private static let units: [(name: String, factor: UInt64)] = [
        ("", 1), ("B", 1), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
    ]

    package init?(_ text: String) {
        guard let bytes = Quantity.parse(text, units: Self.units) else { return nil }
        self.bytes = bytes
    }
}

/// A length of time: `10s`, `200ms`, `1.5h`. A number without a unit means nothing, but for zero.
package struct DurationText: Hashable, Sendable {
    package var nanoseconds: UInt64

    private static let units: [(name: String, factor: UInt64)] = [
        ("ns", 1), ("us", 1000), ("µs", 1000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
        ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
    ]

    package init?(_ text: String) {
        guard let nanoseconds = text == "0" ? 0 : Quantity.parse(text, units: Self.units) else { return nil }
        self.nanoseconds = nanoseconds
    }

    /// Three digits at most, in the unit that suits: `1.25 s`, `340 ms`, `15 us`.
    package static func short(_ nanoseconds: UInt64) -> String {
        switch nanoseconds {
        case ..<1000: "\(nanoseconds) ns"
        case ..<1_000_000: three(nanoseconds, unit: 1000) + " us"
        case ..<1_000_000_000: three(nanoseconds, unit: 1_000_000) + " ms"
        case ..<600_000_000_000: three(nanoseconds, unit: 1_000_000_000) + " s"
        default: "\(nanoseconds / 60_000_000_000) min"
        }
    }

    private static func three(_ value: UInt64, unit: UInt64) -> String {
        let whole = value / unit
        let decimals = whole >= 100 ? 0 : whole >= 10 ? 1 : 2
        guard decimals > 0 else { return "\(whole)" }
        let scale: UInt64 = decimals == 1 ? 10 : 100
        let fraction = value % unit * scale / unit
        if fraction == 0 { return "\(whole)" }
        if decimals == 2, fraction % 10 == 0 { return "\(whole).\(fraction / 10)" }
        return "\(whole).\(decimals == 2 && fraction < 10 ? "0" : "")\(fraction)"
    }
}

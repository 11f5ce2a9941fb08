/// `tracestate`: what every tracing system on the way wants handed on, newest first, and OpenTelemetry's own entry
/// (`ot`) in which the sampling threshold travels.
///
/// A list that breaks the grammar anywhere is dropped whole, as W3C says; the trace goes on without it.
package struct TraceState: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package var key: String
        package var value: String
    }

    package static let entriesMax = 32
    private static let keyBytesMax = 256
    private static let valueBytesMax = 256
    private static let ownKey = "ot"
    package private(set) var entries: [Entry] = []

    package init() {}

    /// Nil where the list is broken. Several headers are joined with commas before.
    package init?(parsing text: some StringProtocol) {
        guard let bytes = HeaderText.trimmed(text) else { return nil }
        var keys: Set<String> = []
        for member in bytes.split(separator: UInt8(ascii: ",")) {
            let entry = HeaderText.trim(member)
            if entry.isEmpty { continue }
            guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let key = entry[..<equals]
            let value = entry[(equals + 1)...]
            guard Self.isKey(key), Self.isValue(value) else { return nil }
            let name = String(decoding: key, as: UTF8.self)
            // Somebody on the way wrote a key twice: the first is the newer one.
            guard keys.insert(name).inserted else { continue }
            guard entries.count < Self.entriesMax else { return nil }
            entries.append(Entry(key: name, value: String(decoding: value, as: UTF8.self)))
        }
    }

    package var isEmpty: Bool { entries.isEmpty }
    package var text: String { entries.map { "\($0.key)=\($0.value)" }.joined(separator: ",") }

    package subscript(_ key: String) -> String? { entries.first { $0.key == key }?.value }

    /// What `ot` says: so many of 2^56 traces were thrown away before this one was kept.
    package var threshold: SamplingThreshold? {
        member("th").flatMap { SamplingThreshold(digits: $0.utf8) }
    }

    /// What `ot` says to compare thresholds with, where that is not in the trace id.
    package var randomness: UInt64? {
        guard let digits = member("rv"), digits.utf8.count == SamplingThreshold.digitsMax else { return nil }
        return HeaderText.hex(Array(digits.utf8))
    }

    /// The same with another threshold, its entry in front; everybody else's stays as it was.
    package func with(threshold: SamplingThreshold?) -> TraceState {
        var members = (self[Self.ownKey] ?? "").split(separator: ";").filter { !$0.hasPrefix("th:") }.map(String.init)
        if let threshold { members.insert("th:\(threshold.digits)", at: 0) }
        var copy = self
        copy.entries.removeAll { $0.key == Self.ownKey }
        let value = members.joined(separator: ";")
        if !members.isEmpty, value.utf8.count <= Self.valueBytesMax {
            copy.entries.insert(Entry(key: Self.ownKey, value: value), at: 0)
        }
        copy.entries.removeLast(max(0, copy.entries.count - Self.entriesMax))
        return copy
    }

    private func member(_ name: String) -> Substring? {
        let members = self[Self.ownKey]?.split(separator: ";") ?? []
        return members.first { $0.hasPrefix(name + ":") }?.dropFirst(name.count + 1)
    }

    private static func isValue(_ value: ArraySlice<UInt8>) -> Bool {
        !value.isEmpty && value.count <= valueBytesMax
            && value.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=") }
    }

    /// Level 2 of the recommendation: the `@` of `tenant@system` is a character like others, but for the first.
    private static func isKey(_ key: ArraySlice<UInt8>) -> Bool {
        guard let first = key.first, key.count <= keyBytesMax else { return false }
        return isLetterOrDigit(first) && key.allSatisfy { isLetterOrDigit($0) || "_-*/@".utf8.contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

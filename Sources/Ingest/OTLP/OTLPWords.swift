import TraceModel

/// Names and numbers that OTLP's two encodings share.
enum OTLPWords {
    /// Where a span keeps the name of the library that recorded it, as exporters to other formats do.
    static let scopeName = "otel.scope.name"
    /// In `flags`: the parent lives in another process.
    static let remoteParentFlag: UInt32 = 0x200
    /// The first severity that means an error.
    static let severityError = 17
}

/// Reads W3C's `tracestate`, as far as it says how many traces were kept.
enum TraceState {
    /// `ot=th:c`: up to 14 hex digits of a fraction of 2^56, trailing zeros left out. 0 where nothing is said.
    static func threshold(_ state: String) -> UInt64 {
        for entry in state.split(separator: ",") {
            let parts = entry.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, trimmed(parts[0]) == "ot" else { continue }
            for field in parts[1].split(separator: ";") where field.hasPrefix("th:") {
                return value(field.dropFirst(3))
            }
        }
        return 0
    }

    private static func trimmed(_ text: Substring) -> Substring { text.drop { $0 == " " || $0 == "\t" } }

    private static func value(_ digits: Substring) -> UInt64 {
        guard !digits.isEmpty, digits.count <= 14, let number = UInt64(digits, radix: 16) else { return 0 }
        return number << UInt64(4 * (14 - digits.count))
    }
}

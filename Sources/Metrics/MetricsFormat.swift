/// How numbers are written for whoever scrapes them.
package enum MetricsFormat: Sendable, CaseIterable {
    /// Prometheus text 0.0.4.
    case prometheus
    /// OpenMetrics 1.0: counters by another family name, exemplars, times of creation, an end that can be seen.
    case openMetrics

    package var contentType: String {
        switch self {
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    private var mediaType: (type: String, subtype: String, version: String) {
        switch self {
        case .prometheus: ("text", "plain", "0.0.4")
        case .openMetrics: ("application", "openmetrics-text", "1.0.0")
        }
    }

    /// What suits an `Accept` header best. A reader that says nothing, or asks for what does not exist, gets the text
    /// that every reader of metrics understands. On a tie OpenMetrics wins where it was asked for by name.
    package init(accept: String?) {
        let ranges = accept.map(MediaRange.list) ?? []
        let text = Self.prometheus.quality(in: ranges)
        let open = Self.openMetrics.quality(in: ranges)
        let isPreferred = open.quality > text.quality || open.quality == text.quality && open.isNamed
        self = isPreferred && open.quality > 0 ? .openMetrics : .prometheus
    }

    /// The quality of the range that fits closest (RFC 9110, 12.5.1).
    private func quality(in ranges: [MediaRange]) -> (quality: Double, isNamed: Bool) {
        let media = mediaType
        let fitting = ranges.compactMap { range in
            range.closeness(type: media.type, subtype: media.subtype, version: media.version)
                .map { (closeness: $0, quality: range.quality) }
        }
        guard let closest = fitting.max(by: { ($0.closeness, $0.quality) < ($1.closeness, $1.quality) }) else {
            return (0, false)
        }
        return (closest.quality, closest.closeness >= MediaRange.named)
    }
}

/// One entry of an `Accept` header.
struct MediaRange {
    /// From here on a range names type and subtype.
    static let named = 2
    var type: String
    var subtype: String
    /// Nil where the range takes any.
    var version: String?
    var quality: Double

    /// Entries that are no media range are passed over.
    static func list(_ header: String) -> [MediaRange] {
        split(header, at: ",").compactMap(MediaRange.init)
    }

    private init?(_ text: String) {
        let parts = Self.split(text, at: ";").map(Self.trimmed)
        let names = parts.first?.split(separator: "/", omittingEmptySubsequences: false) ?? []
        guard names.count == 2, names.allSatisfy({ !$0.isEmpty }) else { return nil }
        type = names[0].lowercased()
        subtype = names[1].lowercased()
        quality = 1
        for part in parts.dropFirst() {
            guard let equals = part.firstIndex(of: "=") else { continue }
            let value = Self.trimmed(String(part[part.index(after: equals)...])).filter { $0 != "\"" }
            switch Self.trimmed(String(part[..<equals])).lowercased() {
            case "q": quality = Double(value).map { $0.isNaN ? 0 : min(max($0, 0), 1) } ?? 0
            case "version": version = value
            default: break
            }
        }
    }

    /// 0 for `*/*`, 1 for `type/*`, 2 and 3 for a named type without and with its version; nil where it does not fit.
    func closeness(type: String, subtype: String, version: String) -> Int? {
        if self.type == "*" { return self.subtype == "*" ? 0 : nil }
        guard self.type == type else { return nil }
        if self.subtype == "*" { return 1 }
        guard self.subtype == subtype, self.version == nil || self.version == version else { return nil }
        return self.version == nil ? Self.named : Self.named + 1
    }

    private static func split(_ text: String, at separator: Character) -> [String] {
        var parts: [String] = [""]
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if character == separator, !isQuoted { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}

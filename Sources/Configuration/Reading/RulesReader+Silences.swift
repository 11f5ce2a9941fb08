import JSON

/// Times in which nobody wants to hear of some alerts.
extension RulesReader {
    mutating func readSilences(_ node: YAMLNode?) {
        let each = "a silence"
        for (place, fields) in entries(
            node, ["from", "to", "daily", "match", "by", "why"], of: "silences", each: each)
        {
            let match = require("match", fields, place, of: each).map { pairs($0, of: "match") }
            if let match, match.isEmpty, let node = fields["match"] {
                reading.wrong(node.place, "match names no label: it would silence everything; say {rule: '*'} for that")
            }
            let by = fields["by"].flatMap { reading.name($0, of: "by") } ?? ""
            let why = fields["why"].flatMap { reading.name($0, of: "why") } ?? ""
            guard let time = silenceTime(fields, place), let match else { continue }
            rules.alerts.silences.append(PlannedSilence(time: time, match: match, by: by, why: why))
        }
    }

    private mutating func silenceTime(_ fields: [String: YAMLNode], _ place: Place) -> PlannedSilence.Time? {
        if let node = fields["daily"] {
            if fields["from"] != nil || fields["to"] != nil {
                reading.wrong(place, "a silence has either daily, or from and to")
            }
            return daily(node)
        }
        guard let from = require("from", fields, place, of: "a silence").flatMap({ moment($0, "from") }),
            let to = require("to", fields, place, of: "a silence").flatMap({ moment($0, "to") })
        else { return nil }
        guard from < to else {
            reading.wrong(fields["to"]?.place ?? place, "to must be later than from")
            return nil
        }
        return .once(from: from, to: to)
    }

    private mutating func moment(_ node: YAMLNode, _ what: String) -> UInt64? {
        guard let text = reading.name(node, of: what) else { return nil }
        if let time = UTCTime(text: text) { return time.nanoseconds }
        reading.wrong(node.place, "\(what) must be a time such as 2026-03-01T22:00:00Z, not \(Quoted.text(text))")
        return nil
    }

    private mutating func daily(_ node: YAMLNode) -> PlannedSilence.Time? {
        guard let text = reading.name(node, of: "daily") else { return nil }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Self.timeOfDay($0) }
        guard ends.count == 2, let from = ends[0], let to = ends[1], from != to else {
            reading.wrong(node.place, "daily must be like '22:00-06:30', in UTC, not \(Quoted.text(text))")
            return nil
        }
        return .daily(from: from, to: to)
    }

    private static func timeOfDay(_ text: Substring) -> UInt64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hour = UInt64(parts[0]),
            let minute = UInt64(parts[1]), hour < 24, minute < 60
        else { return nil }
        return (hour * 60 + minute) * 60_000_000_000
    }
}

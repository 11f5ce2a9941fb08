import TraceModel

/// What is said of routes: how they are called, how fast they should be, how often they are sampled, which of their
/// patterns belong together.
extension RulesReader {
    private static let objectiveNanosecondsMax: UInt64 = 3_600_000_000_000
    private static let multiplierMax = 1e6

    mutating func readTemplates(_ node: YAMLNode?) {
        var places: [[String?]: Place] = [:]
        let items = reading.items(node, of: "route_templates", example: "'- /orders/{id}'")
        if items.count > Self.entriesMax, let node {
            reading.wrong(node.place, "route_templates has \(Self.entriesMax) entries at most")
        }
        for item in items.prefix(Self.entriesMax) {
            guard let text = reading.name(item, of: "a route template") else { continue }
            let template = PathTemplate(text)
            if let complaint = Self.complaint(template) {
                reading.wrong(item.place, "a route template \(complaint), as /orders/{id}/items does")
            } else if let first = places[template.segments] {
                reading.wrong(item.place, "line \(first.line) matches the same paths already: this is never used")
            } else {
                places[template.segments] = item.place
                rules.templates.append(template)
            }
        }
    }

    private static func complaint(_ template: PathTemplate) -> String? {
        guard template.text.hasPrefix("/") else { return "begins with a slash" }
        let segments = template.segments
        if segments.count > 64 { return "has 64 segments at most" }
        if segments.allSatisfy({ $0 == nil }) { return "names at least one segment" }
        for case let segment? in segments where segment.contains("{") || segment.contains("}") {
            return "has braces only around a whole segment"
        }
        let marks: Set<Character> = ["*", "?", "#"]
        if template.text.contains(where: { marks.contains($0) }) { return "has no *, ? or #: {} stands for a segment" }
        return nil
    }

    mutating func readObjectives(_ node: YAMLNode?) {
        let each = "an objective"
        for (place, fields) in entries(node, ["service", "route", "within"], of: "objectives", each: each) {
            let service = fields["service"].flatMap { reading.name($0, of: "service") } ?? ""
            let route = route(require("route", fields, place, of: each))
            let within = require("within", fields, place, of: each).flatMap {
                reading.duration($0, of: "within", max: Self.objectiveNanosecondsMax)
            }
            guard let route, let within else { continue }
            if rules.objectives.contains(where: { $0.service == service && $0.route == route }) {
                reading.wrong(place, "this route has an objective already")
            }
            rules.objectives.append(RouteObjective(service: service, route: route, withinNanoseconds: within))
        }
    }

    mutating func readSampling(_ node: YAMLNode?) {
        let each = "a sampling rule"
        for (place, fields) in entries(node, ["service", "route", "multiplier"], of: "sampling", each: each) {
            let service = fields["service"].flatMap { reading.name($0, of: "service") } ?? ""
            let route = route(fields["route"])
            if fields["service"] == nil, fields["route"] == nil {
                reading.wrong(place, "\(each) needs service or route")
            }
            guard let multiplier = require("multiplier", fields, place, of: each).flatMap({ multiplier($0) }) else {
                continue
            }
            rules.sampling.append(SamplingRule(service: service, route: route, multiplier: multiplier))
        }
    }

    private mutating func multiplier(_ node: YAMLNode) -> Double? {
        guard let text = reading.name(node, of: "multiplier") else { return nil }
        if let number = Double(text), number >= 1, number <= Self.multiplierMax { return number }
        reading.wrong(node.place, "multiplier must be a number from 1 to 1000000, not \(Quoted.text(text))")
        return nil
    }

    mutating func readFingerprints(_ node: YAMLNode?) {
        let each = "a fingerprint rule"
        for (place, fields) in entries(node, ["name", "when"], of: "fingerprints", each: each) {
            let name = require("name", fields, place, of: each).flatMap { reading.name($0, of: "name") }
            guard let when = require("when", fields, place, of: each) else { continue }
            let parts = parts(when)
            guard let name, let parts else { continue }
            rules.fingerprints.append(FingerprintRule(name: name, parts: parts))
        }
    }

    private mutating func parts(_ node: YAMLNode) -> [FingerprintRule.Part: String]? {
        let known = FingerprintRule.Part.allCases.map(\.rawValue)
        guard let fields = reading.fields(node, known, of: "when") else { return nil }
        if fields.isEmpty { reading.wrong(node.place, "when names nothing: it would take every pattern") }
        var parts: [FingerprintRule.Part: String] = [:]
        for part in FingerprintRule.Part.allCases {
            guard let value = fields[part.rawValue], let text = reading.name(value, of: part.rawValue) else { continue }
            check(part, text, value.place)
            parts[part] = text
        }
        return parts
    }

    private mutating func check(_ part: FingerprintRule.Part, _ text: String, _ place: Place) {
        let names: [String]
        switch part {
        case .kind: names = MaskKind.allCases.map(\.name)
        case .originClass: names = OriginClass.allNames
        default: return
        }
        if names.contains(text) { return }
        let hint = NearestName.hint(text, among: names)
        let choices = hint.isEmpty ? "; there are \(names.joined(separator: ", "))" : hint
        reading.wrong(place, "\(Quoted.text(text)) is no \(part == .kind ? "kind" : "class of failure")\(choices)")
    }
}

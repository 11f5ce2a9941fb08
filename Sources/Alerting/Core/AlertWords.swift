import Configuration
import Findings
import TraceModel

/// What alerts say. Names come from people's own services; exporters escape them as their formats need.
enum AlertWords {
    static func labels(_ names: PatternNames, _ fingerprint: Fingerprint, _ verdict: VerdictKind) -> [Alert.Label] {
        let all: [(String, String)] = [
            ("edge_service", names.edgeService), ("edge_route", names.edgeRoute), ("verdict", verdict.name),
            ("kind", names.kind?.name ?? ""), ("mask_service", names.maskService),
            ("mask_operation", names.maskOperation),
            ("origin_service", (names.originIsPeer ? "peer:" : "") + names.originService),
            ("origin_operation", names.originOperation), ("origin_class", names.originClass),
            ("pattern", names.alias), ("fingerprint", fingerprint.description),
        ]
        return all.filter { !$0.1.isEmpty }.map { Alert.Label($0.0, $0.1) }
    }

    static func labels(_ route: RouteKey) -> [Alert.Label] {
        [Alert.Label("edge_service", route.service), Alert.Label("edge_route", route.route)]
    }

    static func edge(_ names: PatternNames) -> String { words(names.edgeService, names.edgeRoute) }

    /// One line: what the caller was told, what failed, who swallowed it.
    static func summary(_ names: PatternNames, _ verdict: VerdictKind) -> String {
        if !names.alias.isEmpty { return "\(names.alias): \(edge(names)) is \(verdict.name)" }
        let mask = words(names.maskService, names.maskOperation)
        if names.kind == .slow {
            return "\(edge(names)) answered success, but too late" + (mask.isEmpty ? "" : ": \(mask) was slow")
        }
        let origin = words(names.originService, names.originOperation)
        let failure = origin.isEmpty ? "something failed" : "\(origin) failed"
        let kind = names.originClass.isEmpty ? "" : " (\(names.originClass))"
        let told = verdict == .degraded ? "answered with less than asked for" : "answered success"
        let swallowed = verdict == .degraded ? "made up for it" : "swallowed it"
        return "\(edge(names)) \(told), but \(failure)\(kind)" + (mask.isEmpty ? "" : " and \(mask) \(swallowed)")
    }

    static func words(_ first: String, _ second: String) -> String {
        [first, second].filter { !$0.isEmpty }.joined(separator: " ")
    }

    static func percent(_ share: Double) -> String {
        let hundredths = (share * 10_000).rounded() / 100
        return hundredths == hundredths.rounded() ? "\(Int(hundredths)) %" : "\(hundredths) %"
    }

    static func tenths(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }

    static func time(_ nanoseconds: UInt64) -> String {
        let minutes = nanoseconds / 60_000_000_000
        if minutes >= 2880, minutes % 1440 == 0 { return "\(minutes / 1440) days" }
        if minutes >= 60, minutes % 60 == 0 { return "\(minutes / 60) h" }
        return minutes > 0 ? "\(minutes) min" : DurationText.short(nanoseconds)
    }
}

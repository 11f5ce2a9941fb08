import Findings
import TraceModel

/// The filters over findings, as lists and live streams take them.
enum FindingParameters {
    static let names = [
        "verdict", "kind", "service", "route", "mask-service", "mask-operation", "origin-service", "origin-operation",
        "class", "fingerprint", "min-duration", "max-duration", "text",
    ]

    static func filter(_ parameters: RequestParameters) throws(ParameterMistake) -> FindingFilter {
        FindingFilter(
            verdicts: try parameters.set(
                "verdict", RequestParameters.oneOf(VerdictKind.allCases.map(\.name))
            ) { VerdictKind(name: $0) },
            kinds: try parameters.kinds(), edgeService: parameters.text("service"),
            edgeRoute: parameters.text("route"), maskService: parameters.text("mask-service"),
            maskOperation: parameters.text("mask-operation"), originService: parameters.text("origin-service"),
            originOperation: parameters.text("origin-operation"), originClass: parameters.text("class"),
            fingerprint: try parameters.value("fingerprint", "32 hex digits") { Fingerprint(hex: $0) },
            durationMin: try parameters.nanoseconds("min-duration"),
            durationMax: try parameters.nanoseconds("max-duration"), text: parameters.text("text"))
    }
}

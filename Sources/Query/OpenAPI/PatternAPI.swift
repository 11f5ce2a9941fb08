import Findings
import TraceModel

extension APIPart {
    private static let hidden = APISchema.words(["masked", "degraded", "suspect"])
    private static let ids = APISchema.list(.traceID)

    static let fingerprint = APIOperation.Parameter(
        name: "fingerprint", place: .path, about: "The pattern's name.", schema: .fingerprint)

    static let patterns = APIPart(
        tag: "patterns", about: "Failures that are hidden in the same way, as one.",
        operations: [
            APIOperation(
                method: "GET", path: "/api/v1/patterns", about: "Patterns, masked and busy ones first.",
                parameters: [
                    .query("verdict", "The worst of it; one or more, between commas.", hidden),
                    .query("kind", "How it was hidden.", kind), .name("service", "The edge's service."),
                    .name("route", "The edge's method and route."), .name("mask-service", "Where it was swallowed."),
                    .name("origin-service", "Where it began."), .name("class", "What kind of failure it began with."),
                    .text, .query("new-since", "First seen since then.", .time),
                    .query("chronic", "Whether the route has always had it.", .words(["true", "false"])), .from, .to,
                    .query("sort", "The order.", .words(PatternQuery.Sort.allCases.map(\.rawValue))), .limit, .cursor,
                ], answers: [.init(status: 200, about: "A page.", schema: .page(of: .reference("Pattern")))],
                problems: [410]),
            APIOperation(
                method: "GET", path: "/api/v1/patterns/{fingerprint}", about: "One pattern with history and traces.",
                parameters: [fingerprint, .from, .to, .step],
                answers: [.init(status: 200, about: "The pattern.", schema: .reference("PatternWhole"))],
                problems: [404, 500]),
        ], schemas: [("Pattern", pattern), ("PatternWhole", whole)])

    private static let pattern = APISchema.object([
        ("fingerprint", .fingerprint), ("verdict", hidden), ("kind", .nullable(kind)),
        ("edge", .object([("service", .text), ("route", .text)])),
        ("maskPoint", .nullable(.object([("service", .text), ("operation", .text)]))),
        ("origin", .object([("service", .text), ("operation", .text), ("class", .text), ("peer", .flag)])),
        ("alias", .nullable(.text)),
        ("counts", .object([("masked", .count), ("degraded", .count), ("suspect", .count)])),
        ("weight", .number), ("firstSeen", .time), ("lastSeen", .time), ("isNew", .flag), ("isChronic", .flag),
        ("ratePerMinute", .number), ("share", .nullable(.number)),
        ("trend", .words(PatternActivity.Trend.allCases.map(\.rawValue))), ("recent", .list(.count)),
        ("examples", .object([("first", ids), ("latest", ids)])), ("feedback", .nullable(mark)),
    ])

    private static let whole = pattern.with([
        ("history", .object([("from", .time), ("stepNanoseconds", .count), ("counts", .list(.count))])),
        ("exampleTraces", .list(finding.with([("kept", .flag)]))),
        ("routes", .list(.object([("service", .text), ("route", .text), ("count", .count)]))),
        ("services", .list(.text)),
    ])

    static let mark = APISchema.object([
        ("mark", .words(PatternMark.Kind.allCases.map(\.rawValue))), ("by", .text), ("at", .time), ("note", .text),
    ])
}

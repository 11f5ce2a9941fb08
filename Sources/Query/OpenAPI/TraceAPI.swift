import Findings
import TraceModel

extension APIPart {
    static let verdict = APISchema.words(VerdictKind.allCases.map(\.name))
    static let kind = APISchema.words(MaskKind.allCases.map(\.name))
    private static let state = APISchema.words(VerdictState.allCases.map(\.name))
    private static let place = APISchema.object([("service", .text), ("operation", .text), ("spanId", .spanID)])
    private static let nullableInteger = APISchema.nullable(.count)

    static let findingFilters: [APIOperation.Parameter] = [
        .query("verdict", "One or more, between commas.", verdict), .query("kind", "How it was hidden.", kind),
        .name("service", "The edge's service."), .name("route", "The edge's method and route."),
        .name("mask-service", "Where the failure was swallowed."), .name("mask-operation", "The same, what it did."),
        .name("origin-service", "Where the failure began."), .name("origin-operation", "The same, what it did."),
        .name("class", "What kind of failure it began with."),
        .query("fingerprint", "Of this pattern.", .fingerprint), .query("min-duration", "Nanoseconds.", .count),
        .query("max-duration", "Nanoseconds.", .count), .text,
    ]

    static let traces = APIPart(
        tag: "traces", about: "Traces and their verdicts.",
        operations: [
            APIOperation(
                method: "GET", path: "/api/v1/traces", about: "Traces that somebody should know of.",
                parameters: findingFilters + [
                    APIOperation.Parameter(
                        name: "attribute", place: .query, about: "key:value; on any span. A page may then hold fewer.",
                        schema: .matching("^[^:]+:[\\s\\S]*$"), repeats: true),
                    .from, .to, .query("sort", "The order.", .words(FindingOrder.allCases.map(\.rawValue))), .limit,
                    .cursor,
                ], answers: [.init(status: 200, about: "A page.", schema: .page(of: .reference("Finding")))],
                problems: [500]),
            APIOperation(
                method: "GET", path: "/api/v1/traces/{id}", about: "One trace whole.",
                parameters: [traceID], answers: [.init(status: 200, about: "The trace.", schema: .reference("Trace"))],
                problems: [404, 500]),
            APIOperation(
                method: "GET", path: "/api/v1/compare", about: "A trace beside a clean one of the same route.",
                parameters: [
                    APIOperation.Parameter(
                        name: "trace", place: .query, about: "The trace.", schema: .traceID, isRequired: true),
                    .query("with", "The other, if not any clean one.", .traceID),
                ], answers: [.init(status: 200, about: "Both.", schema: .reference("Comparison"))],
                problems: [404, 500]),
        ], schemas: [("Finding", finding), ("Trace", trace), ("Comparison", comparison)])

    private static let traceID = APIOperation.Parameter(
        name: "id", place: .path, about: "The trace's id.", schema: .traceID)

    static let finding = APISchema.object([
        ("traceId", .traceID), ("verdict", verdict), ("state", state),
        ("confidence", .words(Confidence.allCases.map(\.name))), ("revision", .count),
        (
            "edge",
            .nullable(
                .object([
                    ("service", .text), ("route", .text), ("spanId", .spanID), ("httpCode", nullableInteger),
                    ("grpcCode", .nullable(.text)), ("answeredOk", .flag),
                ]))
        ),
        ("kind", .nullable(kind)), ("maskPoint", .nullable(place)),
        ("origin", .nullable(place.with([("class", .text)]))), ("fingerprint", .nullable(.fingerprint)),
        ("startTime", .time), ("duration", .count), ("spanCount", .count), ("decidedAt", .time),
    ])

    private static let trace = APISchema.object([
        ("traceId", .traceID), ("verdict", .object([("verdict", verdict), ("chains", .list(.anything))])),
        ("age", .words(TraceAge.allCases.map(\.rawValue))), ("payload", .words(PayloadState.allCases.map(\.rawValue))),
        (
            "history",
            .nullable(
                .list(
                    .object([
                        ("changedAt", .time), ("author", .text), ("revision", .count), ("oldVerdict", verdict),
                        ("newVerdict", verdict), ("newState", state),
                    ])))
        ),
        (
            "spans",
            .list(
                .object([
                    ("spanId", .spanID), ("parentSpanId", .nullable(.spanID)),
                    ("kind", .words(SpanKind.allCases.map(\.description))), ("service", .text), ("name", .text),
                    ("startTime", .time), ("duration", .count), ("attributes", .table(.anything)),
                ]))
        ),
    ])

    private static let step = APISchema.object([("service", .text), ("name", .text)])
    private static let side = APISchema.nullable(
        .object([
            ("spanId", .spanID), ("startTime", .time), ("duration", .count), ("status", .text),
            ("httpCode", nullableInteger), ("grpcCode", .nullable(.text)), ("outcome", .nullable(.text)),
        ]))
    private static let sides: [(name: String, schema: APISchema)] = [
        ("kind", .text), ("masked", side), ("clean", side),
    ]
    private static let comparison = APISchema.object([
        ("trace", .reference("Finding")), ("clean", .nullable(.reference("Finding"))),
        ("missing", .list(step.with([("share", .nullable(.number))]))),
        ("extra", .list(step.with([("share", .nullable(.number))]))), ("differs", .list(step.with(sides))),
        ("steps", .list(step.with([("depth", .count)] + sides))),
    ])
}

extension APISchema {
    static func page(of schema: APISchema) -> APISchema { APIPart.page(of: schema) }
}

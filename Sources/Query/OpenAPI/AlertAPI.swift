import Alerting

extension APIPart {
    static let alerts = APIPart(
        tag: "alerts", about: "What fires, who was told, and who wants silence.",
        operations: [
            APIOperation(
                method: "GET", path: "/api/v1/alerts",
                about: "Alerts, newest first; those that last if not asked else.",
                parameters: [
                    .query("state", "One or more, between commas.", state),
                    .query("severity", "One or more, between commas.", severity), .name("rule", "Of this rule."),
                    .query("fingerprint", "Of this pattern.", .fingerprint), .limit, .cursor,
                ], answers: [.init(status: 200, about: "A page.", schema: .page(of: .reference("Alert")))]),
            APIOperation(
                method: "GET", path: "/api/v1/alerts/{id}", about: "One alert.", parameters: [id("The alert's id.")],
                answers: [.init(status: 200, about: "The alert.", schema: .reference("Alert"))], problems: [404]),
            APIOperation(
                method: "GET", path: "/api/v1/silences", about: "All silences, those of the configuration among them.",
                answers: [.init(status: 200, about: "All on one page.", schema: .page(of: .reference("Silence")))]),
            APIOperation(
                method: "POST", path: "/api/v1/silences", about: "Tells nobody of some alerts for a while.",
                body: ("application/json", .reference("SilenceWish")),
                answers: [.init(status: 201, about: "The silence.", schema: .reference("Silence"))],
                problems: [409, 413, 500]),
            APIOperation(
                method: "DELETE", path: "/api/v1/silences/{id}", about: "Ends a silence that came over the API.",
                parameters: [id("The silence's id.")],
                answers: [.init(status: 200, about: "What it was.", schema: .reference("Silence"))],
                problems: [404, 500]),
        ], schemas: [("Alert", alert), ("Silence", silence), ("SilenceWish", wish)])

    private static let state = APISchema.words(Alert.State.allCases.map(\.rawValue))
    private static let severity = APISchema.words(Alert.Severity.allCases.map(\.rawValue))

    private static func id(_ about: String) -> APIOperation.Parameter {
        APIOperation.Parameter(name: "id", place: .path, about: about, schema: .text)
    }

    private static let alert = APISchema.object([
        ("id", .text), ("rule", .text), ("severity", severity), ("state", state), ("labels", .table(.text)),
        ("annotations", .table(.text)), ("summary", .text), ("description", .text),
        ("fingerprint", .nullable(.fingerprint)), ("startedAt", .time), ("updatedAt", .time),
        ("resolvedAt", .nullable(.time)), ("resolvedReason", .nullable(.text)), ("silencedBy", .nullable(.text)),
        (
            "figures",
            .object([
                ("traces", .count), ("weight", .number), ("perMinute", .number), ("apparentRate", .nullable(.number)),
                ("realRate", .nullable(.number)),
            ])
        ),
        ("traces", .list(.traceID)), ("told", .list(telling)),
    ])

    private static let telling = APISchema.object([
        ("exporter", .text), ("kind", .words(Notice.Kind.allCases.map(\.rawValue))),
        ("state", .words(Telling.State.allCases.map(\.rawValue))), ("at", .time), ("answer", .text),
        ("attempts", .count),
    ])

    private static let silence = APISchema.object([
        ("id", .text), ("source", .words(Silence.Source.allCases.map(\.rawValue))), ("active", .flag),
        ("match", .table(.text)), ("from", .nullable(.time)), ("to", .nullable(.time)), ("daily", .nullable(.text)),
        ("by", .text), ("why", .text),
    ])

    private static let words = APISchema.matching("^[\\s\\S]{1,\(SilenceRequest.textBytesMax)}$")
    private static let wish = APISchema.form(
        required: [("match", .table(.text)), ("by", words), ("why", words)],
        optional: [
            ("from", .nullable(.time)), ("to", .nullable(.time)),
            ("duration", .nullable(.integer(1...Int(SilenceRequest.durationMaxNanoseconds)))),
        ])
}

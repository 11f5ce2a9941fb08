import Findings

extension APIPart {
    static let feedback = APIPart(
        tag: "feedback", about: "What people say of patterns, which is a rule in force.",
        operations: [
            APIOperation(
                method: "GET", path: "/api/v1/feedback", about: "All marks.", parameters: [.limit, .cursor],
                answers: [.init(status: 200, about: "A page.", schema: .page(of: .reference("Mark")))]),
            APIOperation(
                method: "POST", path: "/api/v1/feedback", about: "Marks a pattern; none takes its mark away.",
                body: ("application/json", .reference("MarkWish")),
                answers: [.init(status: 200, about: "The mark.", schema: .reference("MarkAnswer"))],
                problems: [404, 409, 413, 415, 503]),
            APIOperation(
                method: "DELETE", path: "/api/v1/feedback/{fingerprint}", about: "Takes a mark away.",
                parameters: [fingerprint], answers: [.init(status: 204, about: "It is gone.")], problems: [404, 503]),
        ],
        schemas: [
            ("Mark", mark.with([("fingerprint", .fingerprint)])),
            ("MarkAnswer", answer),
            ("MarkWish", wish),
        ])

    private static let wish = APISchema.form(
        required: [
            ("fingerprint", .fingerprint), ("mark", words),
            ("by", .matching("^[\\s\\S]{1,\(MarkQuery.authorCharactersMax)}$")),
        ], optional: [("note", .matching("^[\\s\\S]{0,\(MarkQuery.noteCharactersMax)}$"))])
    private static let words = APISchema.words(["none"] + PatternMark.Kind.allCases.map(\.rawValue))
    private static let answer = APISchema.object([
        ("fingerprint", .fingerprint), ("mark", words), ("by", .text), ("at", .time), ("note", .text),
    ])
}

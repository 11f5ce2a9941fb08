import HTTP

extension APIPart {
    static let stream = APIPart(
        tag: "stream", about: "Findings while they happen.",
        operations: [
            APIOperation(
                method: "GET", path: StreamDesk.path,
                about: "Server-sent events: finding (a Finding with change), missed (how many).",
                parameters: findingFilters + [
                    .name(BearerToken.queryItem, "The token, for readers that can't send headers."),
                    APIOperation.Parameter(
                        name: "Last-Event-ID", place: .header, about: "Goes on behind this event.",
                        schema: .matching("^[0-9a-z]+-[0-9]{1,19}$")),
                ], answers: [.init(status: 200, about: "Events.", type: "text/event-stream", schema: .text)],
                problems: [503])
        ])
}

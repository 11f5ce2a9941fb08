package import Findings
package import HTTP

/// Tells of findings while they happen. Any thread.
package struct StreamDesk: Sendable {
    package static let path = "/api/v1/stream"
    private static let retrySeconds = 5

    private let feed: FindingFeed
    package let epoch: String
    package let streams: LiveStreams

    /// `epoch`: names this life of the process.
    package init(feed: FindingFeed, epoch: String, limits: LiveStreams.Limits = LiveStreams.Limits()) {
        self.feed = feed
        self.epoch = epoch
        streams = LiveStreams(limits: limits) { news, isWanted in
            if isWanted { feed.wake(news) } else { feed.forget(news) }
        }
    }

    package func addRoutes(to router: inout Router) {
        router.add("GET", Self.path) { $0.answering(stream) }
    }

    private func stream(_ request: HTTPRequest) throws(ParameterMistake) -> HTTPResponse {
        let parameters = try RequestParameters(request, FindingParameters.names + [BearerToken.queryItem])
        let filter = try FindingParameters.filter(parameters)
        let last = try Self.lastEvent(request)
        var response = HTTPResponse(
            status: 200, headers: ["Content-Type": "text/event-stream", "X-Accel-Buffering": "no"])
        if request.method == "HEAD" { return response }
        do {
            response.live = try streams.open(FindingStream(feed, filter, epoch: epoch, last: last))
        } catch {
            return Self.refusal("the stream can't begin: \(error)", request)
        }
        guard response.live != nil else {
            return Self.refusal("as many streams are open as there may be", request)
        }
        return response
    }

    private static func lastEvent(_ request: HTTPRequest) throws(ParameterMistake) -> EventID? {
        guard let text = request.headers["Last-Event-ID"], !text.isEmpty else { return nil }
        guard let id = EventID(text: text) else {
            throw RequestParameters.mistake("Last-Event-ID", "the id of an event", text)
        }
        return id
    }

    private static func refusal(_ detail: String, _ request: HTTPRequest) -> HTTPResponse {
        var response = HTTPProblem(status: 503, detail: detail, instance: request.rawPath).response
        response.headers["Retry-After"] = String(retrySeconds)
        return response
    }
}

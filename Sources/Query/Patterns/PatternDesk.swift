package import Findings
package import HTTP
import JSON
import TraceModel

/// Answers questions about patterns. Any thread.
package struct PatternDesk: Sendable {
    private let book: FindingsBook
    private let feedback: FeedbackBook
    private let now: @Sendable () -> UInt64
    private let shelf = OrderShelf<Fingerprint>()

    /// `now`: wall time.
    package init(book: FindingsBook, feedback: FeedbackBook, now: @escaping @Sendable () -> UInt64) {
        self.book = book
        self.feedback = feedback
        self.now = now
    }

    package func addRoutes(to router: inout Router) {
        router.add("GET", "/api/v1/patterns") { $0.answering(list) }
        router.add("GET", "/api/v1/patterns/{fingerprint}") { $0.answering(pattern) }
    }

    private func list(_ request: HTTPRequest) throws(ParameterMistake) -> HTTPResponse {
        let query = try PatternQuery(request)
        let order = PatternOrder(book: book, nowNanoseconds: now())
        let page: OrderShelf<Fingerprint>.Page
        if let cursor = query.cursor {
            guard let known = shelf.page(cursor, limit: query.limit) else { return ListAnswer.gone(request) }
            page = known
        } else {
            page = shelf.firstPage(order.fingerprints(query), limit: query.limit)
        }
        return ListAnswer.page(page.keys.compactMap { item($0, order) }, next: page.next) { $1.write(to: &$0) }
    }

    /// Nil for a pattern that revisions have emptied meanwhile.
    private func item(_ fingerprint: Fingerprint, _ order: PatternOrder) -> PatternJSON? {
        guard let found = book.patterns.activity(fingerprint, atNanoseconds: order.nowNanoseconds) else { return nil }
        return PatternJSON(
            activity: found.activity, recent: found.recent,
            share: order.share(found.activity.pattern.names, hour: found.activity.hour),
            mark: feedback[fingerprint],
            nowNanoseconds: order.nowNanoseconds)
    }

    private func pattern(_ request: HTTPRequest) throws(ParameterMistake) -> HTTPResponse {
        let parameters = try RequestParameters(request, TimeWindow.names)
        let order = PatternOrder(book: book, nowNanoseconds: now())
        let window = try TimeWindow(
            parameters, atNanoseconds: order.nowNanoseconds, minutes: 1440, pointsUsual: 1440)
        guard let fingerprint = Fingerprint(hex: request.parameters["fingerprint"] ?? "") else {
            throw ParameterMistake(detail: "a fingerprint is 32 hex digits")
        }
        guard let item = item(fingerprint, order) else {
            return HTTPProblem.notFound("there is no pattern \(fingerprint)", request)
        }
        do throws(FindingsDatabase.Failure) {
            let examples = try PatternExamples(item.activity.pattern, book)
            var writer = JSONWriter()
            item.write(to: &writer) { writer in
                history(fingerprint, window, &writer)
                examples.write(to: &writer)
            }
            return HTTPResponse(json: writer)
        } catch {
            let detail = "the findings can't be read from disk: \(error)"
            return HTTPProblem(status: 500, detail: detail, instance: request.rawPath).response
        }
    }

    private func history(_ fingerprint: Fingerprint, _ window: TimeWindow, _ writer: inout JSONWriter) {
        let counts = book.patterns.counts(
            fingerprint, fromNanoseconds: window.fromNanoseconds, stepMinutes: window.stepMinutes,
            points: window.points)
        writer.objectField("history") { writer in
            window.write(to: &writer)
            writer.field("counts", counts)
        }
    }
}

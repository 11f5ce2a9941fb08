package import Findings
package import HTTP
import JSON

/// Takes people's word on patterns, which is a rule in force from then on. Any thread.
package struct FeedbackDesk: Sendable {
    private let book: FeedbackBook
    private let patterns: PatternLedger
    private let now: @Sendable () -> UInt64

    /// `now`: wall time.
    package init(book: FeedbackBook, patterns: PatternLedger, now: @escaping @Sendable () -> UInt64) {
        self.book = book
        self.patterns = patterns
        self.now = now
    }

    package func addRoutes(to router: inout Router) {
        router.add("GET", "/api/v1/feedback") { $0.answering(list) }
        router.add("POST", "/api/v1/feedback") { $0.answering(mark) }
        router.add("DELETE", "/api/v1/feedback/{fingerprint}") { $0.answering(remove) }
    }

    /// In the order of their fingerprints, which is also what a cursor is.
    private func list(_ request: HTTPRequest) throws(ParameterMistake) -> HTTPResponse {
        let parameters = try RequestParameters(request, ["limit", "cursor"])
        let limit = try parameters.limit()
        let after = try parameters.value("cursor", ListAnswer.cursorHint) { Fingerprint(hex: $0) }
        let marks = book.all.filter { mark in after.map { mark.fingerprint.raw > $0.raw } ?? true }
            .sorted { $0.fingerprint.raw < $1.fingerprint.raw }
        let page = marks.prefix(limit)
        return ListAnswer.page(page, next: marks.count > limit ? page.last?.fingerprint : nil) {
            MarkJSON.writeWhole($1, to: &$0)
        }
    }

    private func mark(_ request: HTTPRequest) throws(ParameterMistake) -> HTTPResponse {
        _ = try RequestParameters(request, [])
        if let refusal = Self.refusal(ofBody: request) { return refusal }
        let query = try MarkQuery(request)
        guard patterns.pattern(query.fingerprint) != nil || book[query.fingerprint] != nil else {
            return HTTPProblem.notFound("there is no pattern \(query.fingerprint)", request)
        }
        let mark = query.kind.map { kind in
            PatternMark(
                fingerprint: query.fingerprint, kind: kind, author: query.author, note: query.note,
                markedNanoseconds: now())
        }
        do throws(FeedbackBook.Refusal) {
            if let mark { try book.set(mark) } else { _ = try book.remove(query.fingerprint) }
        } catch {
            return Self.refusal(error, request)
        }
        return HTTPResponse(json: answer(mark, query))
    }

    private func answer(_ mark: PatternMark?, _ query: MarkQuery) -> JSONWriter {
        var writer = JSONWriter()
        if let mark {
            MarkJSON.writeWhole(mark, to: &writer)
        } else {
            writer.object { writer in
                writer.field("fingerprint", query.fingerprint.description)
                writer.field("mark", "none")
                writer.field("by", query.author)
                writer.field("at", UTCTime(nanoseconds: now()))
                writer.field("note", query.note)
            }
        }
        return writer
    }

    private func remove(_ request: HTTPRequest) throws(ParameterMistake) -> HTTPResponse {
        _ = try RequestParameters(request, [])
        guard let fingerprint = Fingerprint(hex: request.parameters["fingerprint"] ?? "") else {
            throw ParameterMistake(detail: "a fingerprint is 32 hex digits")
        }
        do throws(FeedbackBook.Refusal) {
            guard try book.remove(fingerprint) else {
                return HTTPProblem.notFound("the pattern \(fingerprint) bears no mark", request)
            }
            return HTTPResponse(status: 204)
        } catch {
            return Self.refusal(error, request)
        }
    }

    private static func refusal(ofBody request: HTTPRequest) -> HTTPResponse? {
        let type = request.headers["Content-Type"]?.lowercased() ?? "application/json"
        guard !type.hasPrefix("application/json") else { return nil }
        let detail = "the body must be application/json"
        return HTTPProblem(status: 415, detail: detail, instance: request.rawPath).response
    }

    private static func refusal(_ refusal: FeedbackBook.Refusal, _ request: HTTPRequest) -> HTTPResponse {
        switch refusal {
        case .full:
            let detail = "there are \(FeedbackBook.marksMax) marks, as many as there may be: take some away"
            return HTTPProblem(status: 409, detail: detail, instance: request.rawPath).response
        case .notStored(let reason):
            let detail = "the mark is not in force, since it can't be stored: \(reason)"
            return HTTPProblem(status: 503, detail: detail, instance: request.rawPath).response
        }
    }
}

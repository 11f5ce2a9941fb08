import Alerting
import Configuration
import HTTP
import JSON

/// A silence that somebody asks for over the API: who, why, which labels, until when.
struct SilenceRequest {
    private static let labelsMax = 32
    static let textBytesMax = 512
    /// A leap year.
    static let durationMaxNanoseconds: UInt64 = 366 * 86_400_000_000_000

    private struct Mistake: Error {
        let detail: String
    }

    private var match: [LabelMatch] = []
    private var from: UInt64 = 0
    private var to: UInt64 = 0
    private var by = ""
    private var why = ""

    static func take(_ request: HTTPRequest, _ engine: AlertEngine) -> HTTPResponse {
        let asked: SilenceRequest
        do throws(Mistake) {
            asked = try SilenceRequest(request.body, now: engine.now)
        } catch {
            return HTTPProblem.badRequest(error.detail, request)
        }
        do throws(AlertEngine.SilenceRefusal) {
            let silence = try engine.silence(
                asked.match, from: asked.from, to: asked.to, by: asked.by, why: asked.why)
            var writer = JSONWriter()
            AlertJSON.write(silence, isActive: silence.isActive(at: engine.now), to: &writer)
            return HTTPResponse(status: 201, json: writer)
        } catch {
            switch error {
            case .tooMany(let most):
                let detail = "there are \(most) silences already"
                return HTTPProblem(status: 409, detail: detail, instance: request.rawPath).response
            case .notWritten(let cause):
                let detail = "the silence could not be written, so it is not in force: \(cause)"
                return HTTPProblem(status: 500, detail: detail, instance: request.rawPath).response
            }
        }
    }

    private init(_ body: [UInt8], now: UInt64) throws(Mistake) {
        guard let document = try? JSONParser.parse(body), let members = document.object?.members else {
            throw Mistake(
                detail: #"a silence is an object such as {"match": {"edge_service": "production/shop/*"}, "#
                    + #""duration": 3600000000000, "by": "ops", "why": "migration"}"#)
        }
        let known = ["match", "from", "to", "duration", "by", "why"]
        for member in members where !known.contains(member.key) {
            let names = known.joined(separator: ", ")
            throw Mistake(detail: "a silence knows no \"\(member.key.prefix(80))\"; there are \(names)")
        }
        match = try Self.labels(document["match"])
        by = try Self.text(document["by"], "by: who wants this")
        why = try Self.text(document["why"], "why: the reason")
        from = try Self.time(document["from"], "from") ?? now
        let end = try Self.time(document["to"], "to")
        let duration = try Self.duration(document["duration"])
        guard (end == nil) != (duration == nil) else { throw Mistake(detail: "a silence has either to or duration") }
        let (sum, isTooFar) = from.addingReportingOverflow(duration ?? 0)
        guard !isTooFar else { throw Mistake(detail: "from lies too far ahead") }
        to = end ?? sum
        guard to > from, to > now else { throw Mistake(detail: "a silence ends in the future and after its beginning") }
    }

    private static func labels(_ value: JSONValue?) throws(Mistake) -> [LabelMatch] {
        guard let members = value?.object?.members, !members.isEmpty, members.count <= labelsMax else {
            throw Mistake(
                detail: "match must name 1 to \(labelsMax) labels; {\"rule\": \"*\"} silences everything")
        }
        var labels: [LabelMatch] = []
        for member in members {
            guard let text = member.value.string, text.utf8.count <= textBytesMax, member.key.utf8.count <= textBytesMax
            else { throw Mistake(detail: "each label of match has a text of at most \(textBytesMax) bytes") }
            labels.append(LabelMatch(member.key, text))
        }
        return labels
    }

    private static func duration(_ value: JSONValue?) throws(Mistake) -> UInt64? {
        guard let value, !value.isNull else { return nil }
        guard let duration = value.uint64, (1...durationMaxNanoseconds).contains(duration) else {
            throw Mistake(detail: "duration must be nanoseconds, from 1 to \(durationMaxNanoseconds)")
        }
        return duration
    }

    private static func text(_ value: JSONValue?, _ what: String) throws(Mistake) -> String {
        guard let text = value?.string, !text.isEmpty, text.utf8.count <= textBytesMax else {
            throw Mistake(detail: "a silence needs \(what), in 1 to \(textBytesMax) bytes")
        }
        return text
    }

    private static func time(_ value: JSONValue?, _ what: String) throws(Mistake) -> UInt64? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.string, let time = UTCTime(text: text) else {
            throw Mistake(detail: "\(what) must be a time such as 2026-03-01T08:00:00Z")
        }
        return time.nanoseconds
    }
}

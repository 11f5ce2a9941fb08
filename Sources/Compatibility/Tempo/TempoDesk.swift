package import HTTP
import JSON
import Query
package import TraceModel
import Wire

/// Encodes spans as an OTLP body; handed in, since only the receivers' room knows the format.
package typealias OTLPEncoder = @Sendable (_ spans: [SpanDetail]) -> [UInt8]

/// Tempo's API under `/tempo`: what Grafana's Tempo data source asks. Stateless; any thread.
package struct TempoDesk: Sendable {
    /// The version of Tempo whose API this follows: Grafana asks it what it may ask for.
    static let version = "2.6.0"

    private let search: TraceSearch
    private let encode: OTLPEncoder
    private let tags: TempoTags
    private let metrics: TempoMetrics

    package init(search: TraceSearch, catalogue: ServiceCatalogue, encode: @escaping OTLPEncoder) {
        self.search = search
        self.encode = encode
        tags = TempoTags(search: search, catalogue: catalogue)
        metrics = TempoMetrics(findings: search.findings)
    }

    package func addRoutes(to router: inout Router) {
        router.add("GET", "/tempo/api/echo") { _ in HTTPResponse(text: "echo") }
        router.add("GET", "/tempo/ready") { _ in HTTPResponse(text: "ready\n") }
        router.add("GET", "/tempo/api/status/buildinfo") { _ in buildInformation() }
        router.add("GET", "/tempo/api/traces/{id}") { trace($0, isSecondVersion: false) }
        router.add("GET", "/tempo/api/v2/traces/{id}") { trace($0, isSecondVersion: true) }
        router.add("GET", "/tempo/api/search") { found($0) }
        router.add("GET", "/tempo/api/metrics/query_range") { metrics.range($0) }
        router.add("GET", "/tempo/api/metrics/query") { metrics.instant($0) }
        tags.addRoutes(to: &router)
    }

    private func buildInformation() -> HTTPResponse {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("version", Self.version)
            writer.field("revision", "unmask")
            writer.field("branch", "unmask")
            writer.field("buildDate", "")
            writer.field("buildUser", "")
            writer.field("goVersion", "")
        }
        return HTTPResponse(json: writer)
    }

    private func found(_ request: HTTPRequest) -> HTTPResponse {
        do throws(TempoFailure) {
            let query = try TempoSearchQuery(request)
            let answer = try search.answerOrFail(query.question)
            var response = HTTPResponse(json: TempoJSON.search(answer, query))
            answer.mark(&response)
            return response
        } catch {
            return error.response
        }
    }

    private func trace(_ request: HTTPRequest, isSecondVersion: Bool) -> HTTPResponse {
        guard let id = TraceID(hex: request.parameters["id"] ?? "") else {
            return TempoText.refusal(400, "a trace id is up to 32 hex digits and not zero")
        }
        do throws(TraceLibrary.Unreadable) {
            guard let trace = try search.library.trace(id) else { return TempoText.refusal(404, "trace not found") }
            let spans = ShownTrace(trace).spans
            return Self.wantsProtobuf(request)
                ? protobuf(spans, isSecondVersion) : Self.json(spans, isSecondVersion)
        } catch {
            return TempoText.refusal(500, error.detail)
        }
    }

    private static func wantsProtobuf(_ request: HTTPRequest) -> Bool {
        let accepted = (request.headers["Accept"] ?? "").lowercased().split(whereSeparator: { ",;".contains($0) })
        return accepted.contains { $0.drop { $0 == " " } == "application/protobuf" }
    }

    private func protobuf(_ spans: [SpanDetail], _ isSecondVersion: Bool) -> HTTPResponse {
        var body = encode(spans)
        if isSecondVersion {
            var answer = ProtoWriter()
            answer.present(1, block: body)
            body = answer.bytes
        }
        return HTTPResponse(status: 200, headers: ["Content-Type": "application/protobuf"], body: body)
    }

    private static func json(_ spans: [SpanDetail], _ isSecondVersion: Bool) -> HTTPResponse {
        var writer = JSONWriter()
        writer.object { writer in
            guard isSecondVersion else {
                writer.key("batches")
                return OTLPJSONWriter.resourceSpans(spans, to: &writer)
            }
            writer.objectField("trace") { writer in
                writer.key("resourceSpans")
                OTLPJSONWriter.resourceSpans(spans, to: &writer)
            }
        }
        return HTTPResponse(json: writer)
    }
}

extension TraceSearch {
    func answerOrFail(_ question: Question) throws(TempoFailure) -> Answer {
        do throws(TraceLibrary.Unreadable) {
            return try answer(question)
        } catch {
            throw TempoFailure(response: TempoText.refusal(500, error.detail))
        }
    }
}

import HTTP
import JSON
import Platform
import Query
import TraceModel

/// The third version of Jaeger's API: OTLP in an envelope.
struct JaegerV3Desk: Sendable {
    let search: TraceSearch
    let catalogue: ServiceCatalogue
    let links: ServiceLinks

    func addRoutes(to router: inout Router) {
        router.add("GET", "/jaeger/api/v3/services") { _ in services() }
        router.add("GET", "/jaeger/api/v3/operations") { operations($0) }
        router.add("GET", "/jaeger/api/v3/traces") { traces($0) }
        router.add("GET", "/jaeger/api/v3/traces/{id}") { trace($0) }
        router.add("GET", "/jaeger/api/v3/dependencies") { dependencies($0) }
    }

    private func services() -> HTTPResponse {
        var writer = JSONWriter()
        writer.object { $0.field("services", catalogue.services()) }
        return HTTPResponse(json: writer)
    }

    private func operations(_ request: HTTPRequest) -> HTTPResponse {
        guard let service = request.query("service"), !service.isEmpty else {
            return Self.refusal(400, "service is required")
        }
        let kind = request.query("span_kind") ?? ""
        var writer = JSONWriter()
        writer.object { writer in
            let found = catalogue.operations(of: service).filter { kind.isEmpty || $0.kind.description == kind }
            writer.arrayField("operations", of: found) { writer, operation in
                writer.object { writer in
                    writer.field("name", operation.name)
                    writer.field("spanKind", operation.kind.description)
                }
            }
        }
        return HTTPResponse(json: writer)
    }

    private func traces(_ request: HTTPRequest) -> HTTPResponse {
        let query: JaegerQuery
        do throws(JaegerQuery.Mistake) {
            query = try JaegerQuery(versionThree: request, nowNanoseconds: Clock.wallNanoseconds)
        } catch {
            return Self.refusal(400, error.detail)
        }
        do throws(TraceLibrary.Unreadable) {
            let answer = try search.answer(query.question)
            guard !answer.found.isEmpty else { return Self.refusal(404, "No traces found") }
            var response = HTTPResponse(json: Self.result(answer.found.flatMap(\.trace.spans)))
            answer.mark(&response)
            return response
        } catch {
            return Self.refusal(500, error.detail)
        }
    }

    private func trace(_ request: HTTPRequest) -> HTTPResponse {
        guard let id = TraceID(hex: request.parameters["id"] ?? "") else {
            return Self.refusal(400, "malformed parameter trace_id: a trace id is up to 32 hex digits and not zero")
        }
        do throws(TraceLibrary.Unreadable) {
            guard let trace = try search.library.trace(id) else { return Self.refusal(404, "No traces found") }
            return HTTPResponse(json: Self.result(ShownTrace(trace).spans))
        } catch {
            return Self.refusal(500, error.detail)
        }
    }

    private func dependencies(_ request: HTTPRequest) -> HTTPResponse {
        guard let from = QueryTime.rfc3339(request.query("start_time") ?? ""),
            let to = QueryTime.rfc3339(request.query("end_time") ?? "")
        else { return Self.refusal(400, "start_time and end_time are required, as RFC 3339 times") }
        var writer = JSONWriter()
        writer.object { writer in
            let calls = links.calls(fromNanoseconds: from, toNanoseconds: to)
            writer.arrayField("dependencies", of: calls) { writer, item in
                writer.object { writer in
                    writer.field("parent", item.link.parent)
                    writer.field("child", item.link.child)
                    writer.field("callCount", String(item.calls))
                }
            }
        }
        return HTTPResponse(json: writer)
    }

    private static func result(_ spans: [SpanDetail]) -> JSONWriter {
        var writer = JSONWriter()
        writer.object { writer in
            writer.objectField("result") { writer in
                writer.key("resourceSpans")
                OTLPJSONWriter.resourceSpans(spans, to: &writer)
            }
        }
        return writer
    }

    static func refusal(_ status: Int, _ message: String) -> HTTPResponse {
        let words: [Int: (code: Int, text: String)] = [400: (3, "Bad Request"), 404: (5, "Not Found")]
        let known = words[status] ?? (13, "Internal Server Error")
        var writer = JSONWriter()
        writer.object { writer in
            writer.objectField("error") { writer in
                writer.field("grpcCode", known.code)
                writer.field("httpCode", status)
                writer.field("message", message)
                writer.field("httpStatus", known.text)
            }
        }
        return HTTPResponse(status: status, json: writer)
    }
}

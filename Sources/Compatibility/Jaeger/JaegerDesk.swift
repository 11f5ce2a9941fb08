package import HTTP
import JSON
import Platform
import Query
import TraceModel

/// Jaeger's query API under `/jaeger`: what its page and Grafana's Jaeger data source ask. Stateless; any thread.
package struct JaegerDesk: Sendable {
    private let search: TraceSearch
    private let catalogue: ServiceCatalogue
    private let links: ServiceLinks

    package init(search: TraceSearch, catalogue: ServiceCatalogue, links: ServiceLinks) {
        self.search = search
        self.catalogue = catalogue
        self.links = links
    }

    package func addRoutes(to router: inout Router) {
        router.add("GET", "/jaeger/api/services") { _ in services() }
        router.add("GET", "/jaeger/api/services/{service}/operations") { serviceOperations($0) }
        router.add("GET", "/jaeger/api/operations") { operations($0) }
        router.add("GET", "/jaeger/api/traces") { traces($0) }
        router.add("GET", "/jaeger/api/traces/{id}") { trace($0) }
        router.add("GET", "/jaeger/api/dependencies") { dependencies($0) }
        JaegerV3Desk(search: search, catalogue: catalogue, links: links).addRoutes(to: &router)
    }

    private func services() -> HTTPResponse {
        let names = catalogue.services()
        return HTTPResponse(json: JaegerJSON.document(total: names.count) { $0.value(names) })
    }

    private func serviceOperations(_ request: HTTPRequest) -> HTTPResponse {
        let names = Set(catalogue.operations(of: request.parameters["service"] ?? "").map(\.name)).sorted()
        return HTTPResponse(json: JaegerJSON.document(total: names.count) { $0.value(names) })
    }

    private func operations(_ request: HTTPRequest) -> HTTPResponse {
        guard let service = request.query("service"), !service.isEmpty else {
            return Self.refusal(400, "parameter 'service' is required")
        }
        let kind = request.query("spanKind") ?? ""
        let found = catalogue.operations(of: service).filter { kind.isEmpty || $0.kind.description == kind }
        return HTTPResponse(
            json: JaegerJSON.document(total: found.count) { writer in
                writer.array(of: found) { writer, operation in
                    writer.object { writer in
                        writer.field("name", operation.name)
                        writer.field("spanKind", operation.kind.description)
                    }
                }
            })
    }

    private func traces(_ request: HTTPRequest) -> HTTPResponse {
        do throws(JaegerQuery.Mistake) {
            let query = try JaegerQuery(request, nowNanoseconds: Clock.wallNanoseconds)
            return query.traceIDs.isEmpty ? found(query) : named(query.traceIDs)
        } catch {
            return Self.refusal(400, error.detail)
        }
    }

    private func found(_ query: JaegerQuery) -> HTTPResponse {
        do throws(TraceLibrary.Unreadable) {
            let answer = try search.answer(query.question)
            var response = HTTPResponse(
                json: JaegerJSON.document(total: answer.found.count, limit: query.limit) { writer in
                    writer.array(of: answer.found) { JaegerJSON.trace($1.trace, to: &$0) }
                })
            answer.mark(&response)
            return response
        } catch {
            return Self.refusal(500, error.detail)
        }
    }

    private func named(_ ids: [TraceID]) -> HTTPResponse {
        do throws(TraceLibrary.Unreadable) {
            var found: [ShownTrace] = []
            for id in ids.prefix(JaegerQuery.limitMax) {
                if let trace = try search.library.trace(id) { found.append(ShownTrace(trace)) }
            }
            let missing = ids.filter { id in !found.contains { $0.traceID.isSameTrace(as: id) } }
            return HTTPResponse(json: Self.document(found, missing: missing))
        } catch {
            return Self.refusal(500, error.detail)
        }
    }

    /// Those that are there, and an error for each that is not.
    private static func document(_ found: [ShownTrace], missing: [TraceID]) -> JSONWriter {
        var writer = JSONWriter()
        writer.object { writer in
            writer.arrayField("data", of: found) { JaegerJSON.trace($1, to: &$0) }
            writer.field("total", found.count)
            writer.field("limit", 0)
            writer.field("offset", 0)
            guard !missing.isEmpty else { return writer.field("errors", JSONValue.null) }
            writer.arrayField("errors", of: missing) { writer, id in
                writer.object { writer in
                    writer.field("code", 404)
                    writer.field("msg", "trace not found")
                    writer.field("traceID", id.description)
                }
            }
        }
        return writer
    }

    private func trace(_ request: HTTPRequest) -> HTTPResponse {
        guard let id = TraceID(hex: request.parameters["id"] ?? "") else {
            return Self.refusal(400, "a trace id is up to 32 hex digits and not zero")
        }
        do throws(TraceLibrary.Unreadable) {
            guard let trace = try search.library.trace(id) else { return Self.refusal(404, "trace not found") }
            return HTTPResponse(
                json: JaegerJSON.document(total: 1) { writer in
                    writer.array { JaegerJSON.trace(ShownTrace(trace), to: &$0) }
                })
        } catch {
            return Self.refusal(500, error.detail)
        }
    }

    private func dependencies(_ request: HTTPRequest) -> HTTPResponse {
        let end = request.query("endTs") ?? ""
        let lookback = request.query("lookback") ?? "86400000"
        guard let to = end.isEmpty ? Clock.wallNanoseconds : QueryTime.units(end, nanoseconds: 1_000_000) else {
            return Self.refusal(400, "unable to parse param 'endTs': it is no number of milliseconds")
        }
        guard let back = QueryTime.units(lookback, nanoseconds: 1_000_000) else {
            return Self.refusal(400, "unable to parse param 'lookback': it is no number of milliseconds")
        }
        let calls = links.calls(fromNanoseconds: to - min(to, back), toNanoseconds: to)
        return HTTPResponse(
            json: JaegerJSON.document(total: calls.count) { writer in
                writer.array(of: calls) { writer, item in
                    writer.object { writer in
                        writer.field("parent", item.link.parent)
                        writer.field("child", item.link.child)
                        writer.field("callCount", item.calls)
                    }
                }
            })
    }

    /// Errors as Jaeger says them.
    static func refusal(_ status: Int, _ message: String) -> HTTPResponse {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("data", JSONValue.null)
            writer.field("total", 0)
            writer.field("limit", 0)
            writer.field("offset", 0)
            writer.arrayField("errors", of: CollectionOfOne(message)) { writer, message in
                writer.object { writer in
                    writer.field("code", status)
                    writer.field("msg", message)
                }
            }
        }
        return HTTPResponse(status: status, json: writer)
    }
}

extension TraceSearch.Answer {
    /// The formats of others have no word for it.
    func mark(_ response: inout HTTPResponse) {
        if isPartial { response.headers["Unmask-Search"] = "partial; seen=\(tracesSeen)" }
    }
}

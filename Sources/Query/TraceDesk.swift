import Findings
package import HTTP
import JSON
package import Judging
package import Symbols
import TraceModel

/// Answers questions about traces: lists from the findings, single traces from the library. Stateless; any thread.
package struct TraceDesk: Sendable {
    private let library: TraceLibrary
    private let findings: FindingDesk
    private let symbols: SymbolTable

    package init(library: TraceLibrary, findings: FindingDesk, symbols: SymbolTable) {
        self.library = library
        self.findings = findings
        self.symbols = symbols
    }

    package func addRoutes(to router: inout Router) {
        router.add("GET", "/api/v1/traces") { list($0) }
        router.add("GET", "/api/v1/traces/{id}") { trace($0) }
    }

    private func list(_ request: HTTPRequest) -> HTTPResponse {
        let query: TraceQuery
        do throws(TraceQuery.Mistake) {
            query = try TraceQuery(request)
        } catch {
            return HTTPProblem.badRequest(error.detail, request)
        }
        let page = findings.book.log.list(query.filter, limit: query.limit, after: query.cursor)
        var items = page.items
        if query.wantsClean, query.cursor == nil {
            items += findings.recentClean(limit: query.limit).filter { query.filter.matches($0) }
            items.sort { $0.decidedNanoseconds > $1.decidedNanoseconds }
            items = Array(items.prefix(query.limit))
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.arrayField("items", of: items) { FindingJSON.write($1, to: &$0) }
            writer.field("nextCursor", page.next?.description)
        }
        return HTTPResponse(json: writer)
    }

    private func trace(_ request: HTTPRequest) -> HTTPResponse {
        let text = request.parameters["id"] ?? ""
        guard let id = TraceID(hex: text) else {
            return HTTPProblem.badRequest("a trace id is up to 32 hex digits and not zero", request)
        }
        do throws(TraceLibrary.Unreadable) {
            guard let trace = try library.trace(id) else {
                return HTTPProblem.notFound("no trace \(id) is in memory, and none was kept", request)
            }
            return HTTPResponse(json: TraceJSON.document(trace) { symbols.string($0) })
        } catch {
            return HTTPProblem(status: 500, detail: error.detail, instance: request.rawPath).response
        }
    }
}

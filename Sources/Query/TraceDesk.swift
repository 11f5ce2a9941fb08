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
        router.add("GET", "/api/v1/traces") { $0.answering(list) }
        router.add("GET", "/api/v1/traces/{id}") { $0.answering(trace) }
    }

    private func list(_ request: HTTPRequest) throws(ParameterMistake) -> HTTPResponse {
        let query = try TraceQuery(request)
        do throws(TraceLibrary.Unreadable) {
            let list = try TraceList(query, findings: findings, library: library)
            return ListAnswer.page(list.items, next: list.next) { FindingJSON.write($1, to: &$0) }
        } catch {
            return HTTPProblem(status: 500, detail: error.detail, instance: request.rawPath).response
        }
    }

    private func trace(_ request: HTTPRequest) throws(ParameterMistake) -> HTTPResponse {
        _ = try RequestParameters(request, [])
        let text = request.parameters["id"] ?? ""
        guard let id = TraceID(hex: text) else {
            return HTTPProblem.badRequest("a trace id is up to 32 hex digits and not zero", request)
        }
        do throws(TraceLibrary.Unreadable) {
            guard let trace = try library.trace(id) else {
                return HTTPProblem.notFound("no trace \(id) is in memory, and none was kept", request)
            }
            let history = history(of: id)
            return HTTPResponse(
                json: TraceJSON.document(trace, name: { symbols.string($0) }) { HistoryJSON.write(history, to: &$0) })
        } catch {
            return HTTPProblem(status: 500, detail: error.detail, instance: request.rawPath).response
        }
    }

    /// Nil where the database can't be read: the trace itself is worth an answer all the same.
    private func history(of id: TraceID) -> [VerdictRevision]? {
        guard let database = findings.book.database else { return [] }
        do throws(FindingsDatabase.Failure) {
            return try database.revisions(of: id)
        } catch {
            return nil
        }
    }
}

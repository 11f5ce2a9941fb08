package import Findings
package import HTTP
import JSON
package import Judging
import Symbols
import TraceModel
package import TraceStore
import Verdicts
import Wire

/// Answers questions about traces: lists from the findings, single traces from memory or, when they have left it, from
/// disk. Stateless; any thread.
package struct TraceDesk: Sendable {
    private let store: TraceStore
    private let reader: TraceReader
    private let findings: FindingDesk
    private let database: FindingsDatabase?
    private let rules: RulesInForce
    private let links: LinkBook
    private let profiles: RouteProfiles
    private let unpack: PayloadReader

    package init(
        store: TraceStore, unpack: @escaping PayloadReader, findings: FindingDesk, database: FindingsDatabase?,
        rules: RulesInForce, links: LinkBook, profiles: RouteProfiles
    ) {
        self.store = store
        self.unpack = unpack
        reader = TraceReader(store: store, read: unpack)
        self.findings = findings
        self.database = database
        self.rules = rules
        self.links = links
        self.profiles = profiles
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
        if let snapshot = store.snapshot(of: id), snapshot.age == .hot {
            return answer(snapshot, request)
        }
        switch kept(id) {
        case .found(let response): return response
        case .broken(let detail):
            return HTTPProblem(status: 500, detail: detail, instance: request.rawPath).response
        case .missing: break
        }
        if let snapshot = store.snapshot(of: id) { return answer(snapshot, request) }
        return HTTPProblem.notFound("no trace \(id) is in memory, and none was kept", request)
    }

    private func answer(_ snapshot: TraceSnapshot, _ request: HTTPRequest) -> HTTPResponse {
        let reading: TraceReader.Reading
        do throws(WireError) {
            reading = try reader.spans(of: snapshot)
        } catch {
            return HTTPProblem(
                status: 500, detail: "a stored frame of this trace does not unpack: \(error)",
                instance: request.rawPath
            ).response
        }
        let judge = Judge(rules: rules.current.judge)
        let phase: JudgePhase = snapshot.isSettled ? .settled : .arriving
        let own = judge.judgement(of: snapshot, phase: phase, profiles: profiles.source()).verdict
        let verdict = links.verdict(revising: own, of: snapshot, phase: phase, judge)
        let document = TraceJSON.document(
            verdict, head(of: snapshot, verdict), age: snapshot.age == .hot ? .hot : .skeleton,
            payload: reading.isComplete ? .complete : .evicted, spans: reading.spans,
            name: { store.symbols.string($0) })
        return HTTPResponse(json: document)
    }

    /// What was published of the trace; a trace that nothing was said of yet is told as it stands.
    private func head(of snapshot: TraceSnapshot, _ verdict: Verdict) -> TraceHead {
        let known = findings.book.log.finding(of: snapshot.id)
        let edge = snapshot.spans.first { $0.spanID == verdict.edge?.span }
        let start = edge?.startNanoseconds ?? snapshot.spans.map(\.startNanoseconds).min() ?? 0
        let end = edge?.endNanoseconds ?? snapshot.spans.map(\.endNanoseconds).max() ?? start
        return TraceHead(
            traceID: snapshot.id, state: known?.state ?? (snapshot.isSettled ? .final : .provisional),
            revision: known?.revision ?? 1, startNanoseconds: start, durationNanoseconds: end - start,
            spanCount: verdict.completeness.spans, decidedNanoseconds: known?.decidedNanoseconds ?? end)
    }

    private enum Kept {
        case found(HTTPResponse)
        case missing
        case broken(String)
    }

    private func kept(_ id: TraceID) -> Kept {
        guard let database else { return .missing }
        // Three ways to fail (the file, the frame, the verdict), one answer.
        do throws(any Error) {
            guard let kept = try database.keptTrace(id) else { return .missing }
            let frame = KeptFrame(bytes: kept.spans, format: .nativeLZ4, rows: Array(0..<TraceDesk.keptSpansMax))
            let spans = try unpack(frame).spans
            let verdict = try JSONParser.parse(kept.verdictJSON)
            return .found(HTTPResponse(json: TraceJSON.kept(id, verdict: verdict, spans: spans)))
        } catch {
            return .broken("the kept trace can't be read: \(error)")
        }
    }

    private static let keptSpansMax = 1 << 20
}

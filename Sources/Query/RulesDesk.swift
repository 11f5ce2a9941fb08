import Configuration
import Findings
package import HTTP
package import JSON
package import Judging
import TraceModel
package import TraceStore

/// Says what other rules would change about the traces that are in memory. Stateless; any thread.
package struct RulesDesk: Sendable {
    /// Of the latest findings, and again of the latest clean traces.
    private static let tracesMax = 2000
    private static let spansMax = 500_000

    private let store: TraceStore
    private let findings: FindingDesk
    private let rules: RulesInForce
    private let links: LinkBook
    private let profiles: RouteProfiles

    package init(
        store: TraceStore, findings: FindingDesk, rules: RulesInForce, links: LinkBook, profiles: RouteProfiles
    ) {
        self.store = store
        self.findings = findings
        self.rules = rules
        self.links = links
        self.profiles = profiles
    }

    package func addRoutes(to router: inout Router) {
        router.add("POST", "/api/v1/rules/try") { tryRules($0) }
    }

    private func tryRules(_ request: HTTPRequest) -> HTTPResponse {
        do throws(ConfigurationError) {
            return HTTPResponse(json: RuleTrialJSON.document(trial(of: try RulesReader.rules(request.body))))
        } catch {
            return RuleTrialJSON.refusal(error, request)
        }
    }

    private func trial(of new: Rules) -> RuleTrial {
        let before = rules.current
        var after = RuleSet(new, knownTo: store.symbols)
        after.marks = before.marks
        let judge = TrialJudge(
            before: before, after: after, symbols: store.symbols,
            links: links, profiles: profiles)
        var spansLeft = Self.spansMax
        for id in latest() {
            guard spansLeft > 0 else { break }
            guard let snapshot = store.snapshot(of: id) else { continue }
            spansLeft -= snapshot.spans.count
            judge.judge(snapshot)
        }
        return judge.trial
    }

    /// Each trace once, findings before clean ones.
    private func latest() -> [TraceID] {
        let found = findings.book.log.list(limit: Self.tracesMax).items.map(\.traceID)
        let known = Set(found)
        return found + findings.recentClean(limit: Self.tracesMax).map(\.traceID).filter { !known.contains($0) }
    }
}

/// A trial of rules as the API and the command line say it.
package enum RuleTrialJSON {
    package static func document(_ trial: RuleTrial) -> JSONWriter {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("judged", trial.judged)
            writer.field("changed", trial.changed)
            writer.arrayField("changes", of: trial.table) { change($1, &$0) }
        }
        return writer
    }

    private static func change(_ change: TrialChange, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("from", change.from)
            writer.field("to", change.to)
            writer.field("count", change.count)
            writer.field("examples", change.examples.map(\.description))
        }
    }

    /// A problem document that names every mistake.
    static func refusal(_ error: ConfigurationError, _ request: HTTPRequest) -> HTTPResponse {
        let first = error.mistakes.first.map { $0.line(in: "rules") } ?? ""
        let more = error.mistakes.count > 1 ? " (and \(error.mistakes.count - 1) more)" : ""
        var response = HTTPProblem(status: 422, detail: first + more, instance: request.rawPath).response
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("type", "about:blank")
            writer.field("title", "Unprocessable Content")
            writer.field("status", 422)
            writer.field("detail", first + more)
            writer.field("instance", request.rawPath)
            writer.arrayField("mistakes", of: error.mistakes) { writer, mistake in
                writer.object { writer in
                    writer.field("line", mistake.place.line)
                    writer.field("column", mistake.place.column)
                    writer.field("message", mistake.message)
                }
            }
        }
        response.body = writer.bytes
        return response
    }
}

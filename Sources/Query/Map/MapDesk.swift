package import Findings
package import HTTP
import JSON
package import Judging
package import Symbols
import TraceModel
import Verdicts

/// Draws the services and their calls from what routes usually do, and puts failures where findings say they were.
/// Requests inside are estimates: a route's traffic times what its clean traces do. Any thread.
package struct MapDesk: Sendable {
    /// Findings of honest failures that one answer looks at.
    private static let findingsMax = 50_000

    private let book: FindingsBook
    private let profiles: RouteProfiles
    private let rules: RulesInForce
    private let symbols: SymbolTable
    private let now: @Sendable () -> UInt64

    /// `now`: wall time.
    package init(
        book: FindingsBook, profiles: RouteProfiles, rules: RulesInForce, symbols: SymbolTable,
        now: @escaping @Sendable () -> UInt64
    ) {
        self.book = book
        self.profiles = profiles
        self.rules = rules
        self.symbols = symbols
        self.now = now
    }

    package func addRoutes(to router: inout Router) {
        router.add("GET", "/api/v1/map") { $0.answering(map) }
    }

    private func map(_ request: HTTPRequest) throws(ParameterMistake) -> HTTPResponse {
        let parameters = try RequestParameters(request, ["from", "to", "service"])
        let now = now()
        let span = try TimeWindow(parameters, atNanoseconds: now, minutes: 60, pointsUsual: 1)
        var graph = graph(span, now)
        if let service = parameters.text("service") {
            guard graph.nodes[service] != nil else {
                return HTTPProblem.notFound("no service \(RequestParameters.shown(service)) took part then", request)
            }
            graph = graph.around(service)
        }
        return HTTPResponse(json: GraphJSON.document(graph))
    }

    private func graph(_ span: TimeWindow, _ now: UInt64) -> ServiceGraph {
        var graph = ServiceGraph()
        let windows = book.routes.windows(
            fromNanoseconds: span.fromNanoseconds, toNanoseconds: span.toNanoseconds, atNanoseconds: now)
        for window in windows where window.counts.traffic > 0 && !window.rates.service.isEmpty {
            let traffic = Double(window.counts.traffic)
            graph.addTraffic(traffic, toEdge: window.rates.service)
            for link in profiles.links(service: window.rates.service, route: window.rates.route) {
                graph.add(link, requests: traffic * link.callsPerTrace)
            }
        }
        addFailures(to: &graph, span)
        for gateway in rules.current.judge.gatewayServices { graph.markGateway(symbols.string(gateway)) }
        return graph
    }

    private func addFailures(to graph: inout ServiceGraph, _ span: TimeWindow) {
        for pattern in book.patterns.snapshot() where pattern.lastSeenNanoseconds >= span.fromNanoseconds {
            let counts = book.patterns.counts(
                pattern.fingerprint, fromNanoseconds: span.fromNanoseconds, stepMinutes: span.minutes, points: 1)
            let count = Double(counts.first ?? 0)
            guard count > 0 else { continue }
            graph.addHidden(
                count, mask: pattern.names.maskService, origin: pattern.names.originName,
                isPeer: pattern.names.originIsPeer)
        }
        let failed = FindingFilter(
            verdicts: [.failed], fromNanoseconds: span.fromNanoseconds, toNanoseconds: span.toNanoseconds)
        for finding in book.log.list(failed, limit: Self.findingsMax).items {
            graph.addTold(
                1, edge: finding.edgeService, origin: finding.originName, isPeer: finding.originIsPeer)
        }
    }
}

/// The graph as the API says it.
enum GraphJSON {
    static func document(_ graph: ServiceGraph) -> JSONWriter {
        let links = graph.links.sorted { ($0.key.from, $0.key.to) < ($1.key.from, $1.key.to) }
        var kinds: [String: UsualLink.Kind] = [:]
        for (ends, link) in links { kinds[ends.to] = link.kind }
        var writer = JSONWriter()
        writer.object { writer in
            writer.arrayField("nodes", of: graph.nodes.sorted { $0.key < $1.key }) { writer, entry in
                node(entry.key, entry.value, reachedBy: kinds[entry.key], &writer)
            }
            writer.arrayField("edges", of: links) { writer, entry in
                writer.object { writer in
                    writer.field("from", entry.key.from)
                    writer.field("to", entry.key.to)
                    writer.field("kind", entry.value.kind.rawValue)
                    writer.field("requests", count(entry.value.requestsAtLeast))
                    writer.field("failures", count(entry.value.failures))
                    writer.field("masked", count(entry.value.masked))
                }
            }
        }
        return writer
    }

    private static func node(
        _ name: String, _ node: ServiceGraph.Node, reachedBy kind: UsualLink.Kind?, _ writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.field("service", name)
            writer.field("kind", word(node, kind))
            writer.field("edge", node.isEdge)
            writer.field("masks", count(node.masks))
            writer.field("originates", count(node.originates))
            writer.field("requests", count(node.requestsAtLeast))
        }
    }

    private static func word(_ node: ServiceGraph.Node, _ kind: UsualLink.Kind?) -> String {
        if node.isGateway { return "gateway" }
        guard node.isPeer else { return "service" }
        switch kind {
        case .db: return "database"
        case .message: return "queue"
        default: return "peer"
        }
    }

    private static func count(_ value: Double) -> Int64 { Int64(max(0, min(value, 9e15)).rounded()) }
}

import Configuration
import Foundation
import Ingest
import Symbols
import TraceModel
import Verdicts

/// Lines of one gateway's log, read and judged.
struct GatewayStory {
    private(set) var spans: [SpanDetail] = []
    private(set) var refused: [LogRefusal] = []
    private let reader: GatewaySpans
    static let arrival: UInt64 = 1_795_220_700_000_000_000

    init(_ format: LogFormat, isEdge: Bool = false, answersInstead: [UInt16: UInt16] = [:]) {
        reader = GatewaySpans(
            GatewayRule(service: "production/shop/edge", format: format, isEdge: isEdge, answersInstead: answersInstead)
        )
    }

    init(_ name: String, isEdge: Bool = false, answersInstead: [UInt16: UInt16] = [:]) {
        self.init(LogFormat.known(name)!, isEdge: isEdge, answersInstead: answersInstead)
    }

    mutating func read(_ line: String) { read(Array(line.utf8)) }

    mutating func read(_ line: [UInt8]) {
        switch reader.read(line[...], arrivalNanoseconds: Self.arrival) {
        case .spans(let made): spans += made
        case .refused(let reason): refused.append(reason)
        }
    }

    mutating func readFile(_ name: String) throws {
        let text = try String(contentsOf: URL(filePath: Corpus.path("gateways/\(name)")), encoding: .utf8)
        for line in text.split(separator: "\n") { read(String(line)) }
    }

    mutating func take(_ span: SpanDetail) { spans.append(span) }

    var servers: [SpanDetail] { spans.filter { $0.kind == .server } }
    var calls: [SpanDetail] { spans.filter { $0.kind == .client } }

    /// `masked rewritten` and the like, for each trace in the order of its first line.
    func verdicts() throws -> [String] {
        let symbols = SymbolTable()
        var facts: [SpanFacts] = []
        let read = spans.map { span in
            var span = span
            SpanSemantics().read(&span)
            return span
        }
        try DetailFacts(symbols: symbols, hops: HopTable(symbols: symbols)).read(read) { facts.append($1) }
        return TraceGroups(read).groups.map { group in
            let verdict = Judge().verdict(of: group.rows.map { facts[$0] }, phase: .settled)
            return verdict.kind.name + (verdict.leadingChain?.kind.map { " \($0.name)" } ?? "")
        }
    }

    /// The verdict of each trace by the path that was asked for first.
    func verdictsByPath() throws -> [String: [String]] {
        var result: [String: [String]] = [:]
        for (group, verdict) in zip(TraceGroups(spans).groups, try verdicts()) {
            let path = spans[group.rows[0]].attributes.first { $0.key == "url.path" }?.value
            guard case .string(let text) = path else { continue }
            result[text, default: []].append(verdict)
        }
        return result
    }
}

import Foundation
import Ingest
import JSON
import Symbols
import TraceModel
import Verdicts

/// The recorded requests beside these tests, judged.
struct Corpus {
    var verdicts: [TraceID: Verdict] = [:]
    var spans: [TraceID: [SpanDetail]] = [:]
    let symbols = SymbolTable()
    let recording: TraceRecording

    static func path(_ name: String) -> String {
        Bundle.module.resourceURL!.appending(path: "Corpus/\(name)").path
    }

    init(_ name: String) throws {
        var files = TraceFiles()
        try files.read(Self.path(name))
        try self.init(files.finish())
    }

    init(_ recording: TraceRecording) throws {
        self.recording = recording
        var facts: [SpanFacts] = []
        try DetailFacts(symbols: symbols, hops: HopTable(symbols: symbols)).read(recording.spans) { facts.append($1) }
        let judge = Judge()
        let groups = TraceGroups(recording.spans).groups.map { ($0.id, $0.rows, $0.rows.map { facts[$0] }) }
        var links = LinkedTraces()
        for (id, rows, facts) in groups {
            let own = judge.verdict(of: facts, phase: .settled)
            links.note(facts, of: id, own)
            verdicts[id] = own
            spans[id] = rows.map { recording.spans[$0] }
        }
        for (id, _, facts) in groups {
            guard let own = verdicts[id] else { continue }
            verdicts[id] = links.verdict(revising: own, of: facts, in: id, phase: .settled, judge)
        }
    }

    static func lines(_ name: String) throws -> [JSONValue] {
        try Data(contentsOf: URL(filePath: path(name))).split(separator: UInt8(ascii: "\n")).map {
            try JSONParser.parse(Array($0))
        }
    }
}

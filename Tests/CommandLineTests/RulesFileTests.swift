import Foundation
import JSON
import Testing

@testable import unmask

/// A folder with files of its own, gone with the test.
final class Folder: Sendable {
    let path = FileManager.default.temporaryDirectory.path + "/unmask-\(UUID().uuidString)"

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
        return "\(path)/\(name)"
    }
}

@Suite struct CheckCommandTests {
    @Test func rightIsSaidAndExitsWithZero() throws {
        let folder = try Folder()
        let path = try folder.write("c.yaml", "edge_services: [a]")
        let shell = Shell()
        #expect(shell.run("check", path) == .success)
        #expect(shell.out.hasSuffix("c.yaml: right\n"))
    }

    @Test func everyMistakeIsALineAndTheExitCodeIsThatOfConfigurations() throws {
        let folder = try Folder()
        let path = try folder.write("c.yaml", "edge_servises: [a]\nsampling:\n  - multiplier: 0\n")
        let shell = Shell()
        #expect(shell.run("check", path) == .configuration)
        #expect(
            shell.out.split(separator: "\n").map { String($0.dropFirst(folder.path.count + 1)) } == [
                "c.yaml:1:1: a configuration knows no 'edge_servises'; did you mean edge_services?",
                "c.yaml:3:5: a sampling rule needs service or route",
                "c.yaml:3:17: multiplier must be a number from 1 to 1000000, not '0'",
            ])
        #expect(shell.error.isEmpty)
    }

    @Test func aFileThatIsNotThereIsAMistakeOfConfiguration() {
        let shell = Shell()
        #expect(shell.run("check", "/nowhere/c.yaml") == .configuration)
        #expect(shell.error.contains("/nowhere/c.yaml"))
    }

    @Test func whatAttacksTheTerminalIsShownAsText() throws {
        let folder = try Folder()
        let path = try folder.write("c.yaml", "\"\\e[2J\\u202e\": 1")
        let shell = Shell()
        #expect(shell.run("check", path) == .configuration)
        #expect(shell.out.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
        #expect(!shell.out.unicodeScalars.contains("\u{202E}"))
    }

    @Test func serveNeverStartsWithWrongRules() throws {
        let folder = try Folder()
        let path = try folder.write("c.yaml", "a: 1\nb: 2\n")
        let shell = Shell()
        #expect(shell.run("serve", "--config", path, "--data", folder.path + "/data") == .configuration)
        let lines = shell.error.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].contains("c.yaml:1:1: ") && lines[1].contains("c.yaml:2:1: "))
        #expect(lines[2].hasPrefix("unmask: 2 mistakes in "))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/data"))
    }
}

/// Recorded traces, tried with rules.
@Suite struct RecordedTrialTests {
    private let folder: Folder
    private let traces: String

    init() throws {
        folder = try Folder()
        // Three page views: two swallow a 500 of the catalogue, one is fine and slow.
        var spans: [String] = []
        for (number, code) in [500, 500, 200].enumerated() {
            let trace = "0000000000000000000000000000000\(number + 1)"
            let isSlow = code == 200
            spans += [
                Self.span(trace, "1", nil, "shop", "SERVER", "GET /page", 200, isSlow ? 3_000_000 : 30_000),
                Self.span(trace, "2", "1", "shop", "CLIENT", "GET", code, 20_000),
                Self.span(trace, "3", "2", "catalog", "SERVER", "GET /items", code, 10_000),
            ]
        }
        traces = try folder.write("traces.json", "[\(spans.joined(separator: ","))]")
    }

    private static func span(
        _ trace: String, _ id: String, _ parent: String?, _ service: String, _ kind: String, _ name: String,
        _ code: Int, _ microseconds: Int
    ) -> String {
        let parentID = parent.map { #""parentId":"000000000000000\#($0)","# } ?? ""
        let words = name.split(separator: " ")
        let route = words.count > 1 ? #","http.route":"\#(words[1])""# : #","http.path":"/items""#
        return """
            {"traceId":"\(trace)","id":"000000000000000\(id)",\(parentID)"kind":"\(kind)","name":"\(name)",\
            "timestamp":1772352000000000,"duration":\(microseconds),"localEndpoint":{"serviceName":"\(service)"},\
            "tags":{"http.method":"GET","http.status_code":"\(code)"\(route)}}
            """
    }

    private func attempt(_ rules: String, _ more: String...) throws -> (code: ExitCode, out: String) {
        let path = try folder.write("rules.yaml", rules)
        let shell = Shell()
        let code = shell.run(["rules", "try", path, traces] + more)
        #expect(shell.error.isEmpty)
        return (code, shell.out)
    }

    @Test func whatWouldChangeIsATable() throws {
        let (code, out) = try attempt("expected_failures: [{service: catalog, code: 500}]")
        #expect(code == .success)
        #expect(
            out == """
                FROM             TO        TRACES  EXAMPLES
                masked (caught)  expected  2       00000000000000000000000000000001 00000000000000000000000000000002
                3 traces judged, 2 would change

                """)
    }

    @Test func rulesThatChangeNothingSaySo() throws {
        #expect(try attempt("edge_services: [elsewhere]").out == "3 traces judged, 0 would change\n")
    }

    @Test func programsGetJSON() throws {
        let (_, out) = try attempt("objectives: [{route: GET /page, within: 1s}]", "--json")
        let document = try JSONParser.parse(Array(out.utf8))
        #expect(document["judged"]?.int64 == 3)
        #expect(document["changed"]?.int64 == 1)
        let change = try #require(document["changes"]?.array?.first)
        #expect(change["from"]?.string == "clean")
        #expect(change["to"]?.string == "degraded (slow)")
        #expect(change["count"]?.int64 == 1)
        #expect(change["examples"] == .array([.string("00000000000000000000000000000003")]))
    }

    @Test func patternsAndWeightsAreChangesToo() throws {
        let (_, out) = try attempt(
            "fingerprints: [{name: n, when: {kind: caught}}]\nsampling: [{service: shop, multiplier: 9}]")
        #expect(out.contains("masked (caught)  masked (caught), another pattern  2 "))
        #expect(out.contains("clean            clean, another weight             1 "))
    }

    /// One trace: a page that answers 200, and a call with these tags below it.
    private func verdict(_ rules: String, code: Int, tags: String) throws -> String {
        let trace = "0000000000000000000000000000000a"
        let call = Self.span(trace, "2", "1", "shop", "CLIENT", "GET", code, 20_000)
        let tagged = call.split(separator: #""tags":{"#).joined(separator: #""tags":{\#(tags),"#)
        let page = Self.span(trace, "1", nil, "shop", "SERVER", "GET /page", 200, 30_000)
        let file = try folder.write("one.json", "[\(page),\(tagged)]")
        let path = try folder.write("rules.yaml", rules)
        let shell = Shell()
        #expect(shell.run("judge", "--config", path, "--json", file) == .success)
        return try JSONParser.parse(Array(shell.out.utf8).dropLast())["verdict"]?.string ?? ""
    }

    @Test func anEnvelopeFieldSaysFailure() throws {
        let rules = "envelope_fields: [{field: resultCode, failures: [DECLINED, '17']}]"
        #expect(try verdict(rules, code: 200, tags: #""resultCode":"DECLINED""#) == "masked")
        #expect(try verdict(rules, code: 200, tags: #""resultCode":"DONE""#) == "clean")
        #expect(try verdict("", code: 200, tags: #""resultCode":"DECLINED""#) == "clean")
        let body = #""http.response.body":"{\"resultCode\":17}""#
        #expect(try verdict(rules, code: 200, tags: body) == "masked")
        #expect(try verdict("", code: 200, tags: body) == "clean")
    }

    @Test func scopesAreTrustedOrNot() throws {
        let tags = #""otel.status_code":"OK","otel.scope.name":"my.lib""#
        #expect(try verdict("", code: 500, tags: tags) == "clean")
        #expect(try verdict("ok_status: {untrusted_scopes: [my.lib]}", code: 500, tags: tags) == "masked")
        let gateway = tags + #","component":"proxy""#
        #expect(try verdict("", code: 500, tags: gateway) == "masked")
        #expect(try verdict("ok_status: {trusted_scopes: [my.lib]}", code: 500, tags: gateway) == "clean")
    }

    @Test func wrongRulesAreNamedAndNothingIsJudged() throws {
        let path = try folder.write("rules.yaml", "x: 1\ny: 2")
        let shell = Shell()
        #expect(shell.run("rules", "try", path, traces) == .configuration)
        #expect(shell.out.isEmpty)
        #expect(shell.error.split(separator: "\n").count == 3)
    }

    @Test func judgeTakesRulesToo() throws {
        let path = try folder.write("rules.yaml", "dependencies: {best_effort: [catalog]}")
        let shell = Shell()
        #expect(shell.run("judge", "--config", path, traces) == .success)
        #expect(shell.out.hasSuffix("3 traces: 1 clean, 2 degraded\n"))
    }

    @Test func anotherVerbIsRefused() {
        let shell = Shell()
        #expect(shell.run("rules", "tri", "x") == .usage)
        #expect(shell.error.hasPrefix("unmask: rules can be tried only (unmask rules try CONFIG), not 'tri' "))
    }
}

import JSON
import Testing
import TraceModel

@testable import Answers
@testable import Ingest

@Suite struct EnvelopeScannerTests {
    static let answers: [(body: String, evidence: Evidence)] = [
        ("{}", []), ("[]", []), ("7", []), ("\"text\"", []), ("null", []),
        (#"{"success": false}"#, .businessFailure), (#"{"success": true, "data": []}"#, []),
        (#"{"ok":false,"x":1}"#, .businessFailure), (#"{"data": {"success": false}}"#, []),
        (#"{"status": "FAIL"}"#, .businessFailure), (#"{"status": "ok"}"#, []), (#"{"status": 500}"#, []),
        (#"{"result": "declined"}"#, .businessFailure), (#"{"result": {"declined": true}}"#, []),
        (#"{"error": "no stock"}"#, .businessFailure), (#"{"error": null}"#, []), (#"{"error": ""}"#, []),
        (#"{"error": "None"}"#, []), (#"{"error": 0}"#, []), (#"{"error": 0.0}"#, []),
        (#"{"error": 17}"#, .businessFailure),
        (#"{"error": {}}"#, []), (#"{"error": {"code": 3}}"#, .businessFailure), (#"{"errors": []}"#, []),
        (#"{"errors": [[]]}"#, .businessFailure), (#"{"error": false}"#, []), (#"{"error": true}"#, .businessFailure),
        (#"{"errors": [{"message": "x"}], "data": null}"#, .graphqlErrors),
        (#"{"errors": [{"message": "x"}], "data": {"a": null}}"#, .graphqlErrors),
        (#"{"data": {"a": 1}, "errors": [{"message": "x"}]}"#, [.graphqlErrors, .graphqlData]),
        (#"{"data": {"a": null, "b": {}}, "errors": ["x"]}"#, [.graphqlErrors, .graphqlData]),
        (#"{"jsonrpc": "2.0", "id": 1, "result": 7}"#, []),
        (#"{"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": "no"}}"#, .jsonRPCRefused),
        (#"{"jsonrpc": "2.0", "id": 1, "error": {"message": "no", "code": -32000}}"#, .jsonRPCError),
        (#"[{"jsonrpc":"2.0","result":1},{"jsonrpc":"2.0","error":{"code":-32603}}]"#, .jsonRPCError),
        (#"{"note": "\"success\": false", "a\"b": {"error": "x"}}"#, []),
    ]

    @Test(arguments: answers) func anAnswerSpeaksForItself(body: String, evidence: Evidence) throws {
        var whole = EnvelopeScanner()
        whole.feed(body.utf8)
        #expect(whole.finish() == evidence && !whole.isBroken)
        // The same words read of a whole document by the receivers.
        #expect(AnswerBodies.verdict(try JSONParser.parse(Array(body.utf8))) == evidence)
    }

    @Test(arguments: ["", " ", "{", "{\"a\"", "[1,", "{]", "}", "{\"a\":tru", "<html>", "{\"a\": nope}", "1,2"])
    func whatIsNoJSONIsBroken(body: String) {
        var scanner = EnvelopeScanner()
        scanner.feed(body.utf8)
        _ = scanner.finish()
        #expect(scanner.isBroken)
    }

    @Test func nestingWithoutEndIsGivenUp() {
        var scanner = EnvelopeScanner()
        scanner.feed(String(repeating: "[", count: 1 << 20).utf8)
        #expect(scanner.isBroken)
    }

    @Test func wantedPathsAreFound() {
        var scanner = EnvelopeScanner(wanted: ["order.id", "order.total", "items", "a.b.c", "gone"])
        scanner.feed(
            #"{"order": {"id": "x", "total": null, "lines": [{"id": 1}]}, "items": [], "a": {"b": {"c": 0}}}"#.utf8)
        _ = scanner.finish()
        #expect(scanner.found == ["order.id", "items", "a.b.c"] && !scanner.isBroken)
    }
}

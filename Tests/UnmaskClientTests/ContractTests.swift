import Digests
import Testing

@testable import UnmaskClient

@Suite struct ContractTests {
    private func check(
        _ contract: ResponseContract = ResponseContract(), status: Int = 200, _ headers: [String: String] = [:],
        _ body: String = ""
    ) -> SpanOutcome? {
        let whole = contract.check(status: status, headers: { headers[$0] }, body: body.utf8)
        // However a body is cut into pieces, it says the same.
        for size in [1, 3, 1000] {
            var reading = contract.begin(status: status, headers: { headers[$0] })
            var rest = Array(body.utf8)[...]
            while !rest.isEmpty {
                reading.feed(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            #expect(reading.finish() == whole)
        }
        return whole.outcome
    }

    private static let json = ["Content-Type": "application/json; charset=utf-8"]

    @Test func codesSpeakForThemselves() {
        #expect(check() == .success)
        #expect(check(status: 204) == .success)
        #expect(check(status: 500, Self.json, #"{"success": false}"#) == nil)
        #expect(check(status: 404) == nil)
        #expect(check(ResponseContract(expectedStatus: [404]), status: 404) == .expected)
    }

    @Test(arguments: [
        (#"{"success": false}"#, "envelope"), (#"{"status": "fail"}"#, "envelope"),
        (#"{"result": "declined"}"#, "envelope"), (#"{"error": "x"}"#, "envelope"),
        (#"{"data": null, "errors": [1]}"#, "graphql_errors"),
        (#"{"jsonrpc": "2.0", "error": {"code": -32000}}"#, "jsonrpc_error"), (#"{"open": "#, "broken_body"),
    ])
    func aBodyThatSaysFailureIsOne(body: String, reason: String) {
        #expect(check(.init(), Self.json, body) == .failure(reason: reason))
    }

    @Test func halfAnAnswerIsPartial() {
        #expect(check(.init(), Self.json, #"{"data": {"a": 1}, "errors": [1]}"#) == .partial(reason: "graphql_errors"))
        #expect(check(.init(), Self.json, #"{"jsonrpc": "2.0", "error": {"code": -32602}}"#) == .expected)
    }

    @Test func contentTypes() {
        let contract = ResponseContract(contentTypes: ["application/json"])
        #expect(check(contract, Self.json, "{}") == .success)
        #expect(check(contract, ["Content-Type": "text/html"], "<html>") == .failure(reason: "content_type"))
        #expect(check(contract, [:], "sorry") == .failure(reason: "content_type"))
        #expect(check(contract, status: 204) == .success)
        let problem = ["Content-Type": "application/problem+json"]
        #expect(check(.init(), problem, #"{"title": "x"}"#) == .failure(reason: "problem_json"))
        #expect(check(.init(), ["Content-Type": "text/plain"], #"{"success": false}"#) == .success)
    }

    @Test func requiredFields() {
        let contract = ResponseContract(requiredFields: ["order.id"])
        #expect(check(contract, Self.json, #"{"order": {"id": 7}}"#) == .success)
        #expect(check(contract, Self.json, #"{"order": {"id": null}}"#) == .failure(reason: "missing_field"))
        #expect(check(contract, Self.json, "{}") == .failure(reason: "missing_field"))
        #expect(check(contract, Self.json, "") == .failure(reason: "broken_body"))
        #expect(check(contract, ["Content-Type": "text/html"], "<html>") == .failure(reason: "no_json"))
    }

    @Test func staleAnswers() {
        #expect(check(.init(), ["Warning": "110 - \"stale\""]) == .partial(reason: "stale"))
        #expect(check(.init(), ["Cache-Status": "edge; hit; fwd-status=503"]) == .partial(reason: "stale"))
        #expect(check(.init(), ["Cache-Status": "edge; fwd=stale"]) == .success)
        #expect(check(.init(), ["Age": "4000"]) == .success)
        #expect(check(ResponseContract(ageMax: .seconds(3600)), ["Age": "4000"]) == .partial(reason: "stale"))
        #expect(check(ResponseContract(ageMax: .seconds(3600)), ["Age": "soon"]) == .success)
    }

    @Test func whatLiesBehindTheBoundIsNotMissed() {
        var contract = ResponseContract(requiredFields: ["last"], bodyBytesMax: 64)
        let body = #"{"list": ["# + Array(repeating: "1", count: 100).joined(separator: ",") + #"], "last": 1}"#
        #expect(check(contract, Self.json, body) == .success)
        #expect(check(contract, Self.json, #"{"success": false, "# + body.dropFirst()) == .failure(reason: "envelope"))
        contract.bodyBytesMax = 1000
        #expect(check(contract, Self.json, body) == .success)
    }

    @Test func theFindingLandsOnTheSpan() throws {
        let recorder = SpanRecorder()
        recorder.record {
            withSpan("bad") {
                $0.record(
                    ResponseContract().check(status: 200, headers: { Self.json[$0] }, body: #"{"ok":false}"#.utf8))
            }
            withSpan("good") { $0.record(ResponseContract().check(status: 200, headers: { _ in nil })) }
        }
        #expect(recorder.spans.map(\.outcome) == [.failure(reason: "envelope"), nil])
        #expect(recorder.spans.allSatisfy { $0.attributes.isEmpty && $0.events.isEmpty })
    }
}

@Suite struct SignatureTests {
    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func digests(text: String, digest: String) {
        var hash = SHA256()
        for byte in text.utf8 { hash.update([byte]) }
        #expect(Self.hex(hash.digest()) == digest)
    }

    /// RFC 4231, cases 1, 2 and 6.
    @Test func codes() {
        let cases: [([UInt8], String, String)] = [
            (
                Array(repeating: 0x0B, count: 20), "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                Array(repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ]
        for (key, text, code) in cases {
            var hash = HMACSHA256(key: key)
            hash.update(text.utf8)
            #expect(Self.hex(hash.code()) == code)
        }
    }

    private func outcome(_ signature: ResponseSignature, _ header: String?, _ body: String) -> SpanOutcome? {
        ResponseContract(signature: signature).check(
            status: 200, headers: { $0 == signature.header ? header : nil }, body: body.utf8
        ).outcome
    }

    @Test func aSignatureIsGoodOnce() throws {
        let signature = ResponseSignature(keys: ["old": [1, 2], "new": [3, 4]])
        for key in ["old", "new"] {
            let header = try #require(signature.sign("body".utf8, key: key, nonce: "n-\(key)"))
            #expect(outcome(signature, header, "body.") == .failure(reason: "signature_wrong"))
            #expect(outcome(signature, header, "body") == .success)
            #expect(outcome(signature, header, "body") == .failure(reason: "signature_replayed"))
        }
        #expect(signature.sign("body".utf8, key: "gone", nonce: "1") == nil)
        #expect(signature.sign("body".utf8, key: "old", nonce: "a,b") == nil)
    }

    @Test(arguments: [
        "", "t=1", "t=x,n=1,k=old,v1=00", "t=1,n=1,k=gone,v1=\(String(repeating: "0", count: 64))",
        "t=1,n=1,k=old,v1=\(String(repeating: "z", count: 64))",
        "t=-9223372036854775808,n=1,k=old,v1=\(String(repeating: "0", count: 64))",
    ])
    func brokenSignaturesAreWrong(header: String) {
        #expect(outcome(ResponseSignature(keys: ["old": [1]]), header, "") == .failure(reason: "signature_wrong"))
    }

    @Test func missingAndExpiredSignatures() throws {
        var signature = ResponseSignature(keys: ["k": [1]])
        #expect(outcome(signature, nil, "") == .failure(reason: "signature_missing"))
        let header = try #require(signature.sign("".utf8, key: "k", nonce: "1"))
        signature.tolerance = .seconds(-1)
        #expect(outcome(signature, header, "") == .failure(reason: "signature_expired"))
    }

    @Test func noncesAreForgottenInTheirOrder() {
        let book = NonceBook(capacity: 3)
        for nonce in ["a", "b", "c", "d"] { #expect(book.use(nonce, within: .seconds(60))) }
        #expect(!book.use("d", within: .seconds(60)))
        #expect(book.use("a", within: .seconds(60)))
        for number in 0..<10_000 { #expect(book.use("\(number)", within: .seconds(60))) }
    }
}

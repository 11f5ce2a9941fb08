import Findings
import HTTP
import JSON
import Testing
import TraceModel

@Suite struct FeedbackDeskTests {
    private let json: HTTPHeaders = ["Content-Type": "application/json"]

    private func rig(_ way: Way) throws -> (rig: ApiRig, fingerprint: String) {
        let rig = try ApiRig(way)
        let finding = ApiSample.masked(1)
        rig.book.publish(finding)
        return (rig, finding.fingerprint?.description ?? "")
    }

    @Test(arguments: Way.allCases) func aMarkStandsBesideItsPatternUntilItIsTakenAway(way: Way) throws {
        let (rig, fingerprint) = try rig(way)
        let body = #"{"fingerprint":"\#(fingerprint)","mark":"expected","by":"Ann 👩","note":"known\u0000 \u202e"}"#
        let answer = try rig.send("POST", "/api/v1/feedback", body, headers: json)
        #expect(answer.status == 200)
        let mark = try JSONParser.parse(answer.body)
        #expect(mark["by"]?.string == "Ann 👩" && mark["note"]?.string == "known\0 \u{202E}")
        #expect(mark["at"]?.string == "2026-01-02T03:04:30.000000000Z")
        #expect(try rig.items("/api/v1/feedback") == [mark])
        #expect(try rig.items("/api/v1/patterns").first?["feedback"]?["mark"]?.string == "expected")
        let none = #"{"fingerprint":"\#(fingerprint)","mark":"none","by":"Ann"}"#
        let taken = try rig.send("POST", "/api/v1/feedback", none, headers: json)
        #expect(try JSONParser.parse(taken.body)["mark"]?.string == "none")
        #expect(try rig.items("/api/v1/feedback").isEmpty)
        #expect(try rig.send("DELETE", "/api/v1/feedback/\(fingerprint)").status == 404)
        _ = try rig.send("POST", "/api/v1/feedback", body, headers: json)
        #expect(try rig.send("DELETE", "/api/v1/feedback/\(fingerprint)").status == 204)
        #expect(try rig.items("/api/v1/patterns").first?["feedback"] == .null)
    }

    @Test(
        arguments: [
            ("", 400), ("[]", 400), ("{}", 400), (#"{"fingerprint":"F","mark":"expected","by":"a","more":1}"#, 400),
            (#"{"fingerprint":"xyz","mark":"expected","by":"a"}"#, 400),
            (#"{"fingerprint":7,"mark":"expected","by":"a"}"#, 400),
            (#"{"fingerprint":"F","mark":"fine","by":"a"}"#, 400), (#"{"fingerprint":"F","mark":"real","by":""}"#, 400),
            (#"{"fingerprint":"F","mark":"real"}"#, 400),
            (#"{"fingerprint":"F","mark":"real","by":"a","note":null}"#, 400),
            (#"{"fingerprint":"00000000000000000000000000000001","mark":"real","by":"a"}"#, 404),
        ])
    func aWrongMarkIsToldWhy(body: String, status: Int) throws {
        for way in Way.allCases {
            let (rig, fingerprint) = try rig(way)
            let text = body.replacing("\"F\"", with: "\"\(fingerprint)\"")
            #expect(try rig.send("POST", "/api/v1/feedback", text, headers: json).status == status)
            #expect(rig.feedback.count == 0)
        }
    }

    @Test func onlyJSONIsRead() throws {
        let (rig, _) = try rig(.inProcess)
        let answer = try rig.send("POST", "/api/v1/feedback", "a=b", headers: ["Content-Type": "text/plain"])
        #expect(answer.status == 415)
    }
}

import Configuration
import Digests
import Foundation
import HTTP
import JSON
import Testing

@testable import Exporters

@Suite struct SignatureTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private func parcel(_ body: String) -> Parcel {
        Parcel(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", group: "", kind: "", body: Array(body.utf8), createdNanoseconds: 0)
    }

    /// The example of the standard's own libraries.
    @Test func theStandardsExample() throws {
        let signer = try StandardWebhookSigner([Secret(text: Self.secret)])
        let headers = signer.headers(parcel(#"{"test": 2432232314}"#), wallNanoseconds: 1_614_265_330_000_000_000)
        #expect(headers["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek")
        #expect(headers["webhook-timestamp"] == "1614265330")
        #expect(headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func everyKeySigns() throws {
        let signer = try StandardWebhookSigner([Secret(text: Self.secret), Secret(text: "plain key")])
        let signatures = signer.headers(parcel("x"), wallNanoseconds: 1)["webhook-signature"]?.split(separator: " ")
        #expect(signatures?.count == 2 && signatures?.allSatisfy { $0.hasPrefix("v1,") } == true)
    }

    @Test func aBrokenKeyIsAMistake() {
        #expect(throws: ExportError.self) { try StandardWebhookSigner([Secret(text: "whsec_%%%")]) }
        #expect(throws: ExportError.self) { try StandardWebhookSigner([Secret(text: "whsec_")]) }
    }

    @Test func secretsComeFromFilesAndVariablesAndDoNotPrintThemselves() throws {
        let folder = TemporaryFolder()
        let path = folder.file("keys")
        try "  one \n\ntwo\r\n".write(toFile: path, atomically: true, encoding: .utf8)
        let secrets = try Secret.read([.file(path), .environment("KEY")]) { $0 == "KEY" ? "three" : nil }
        #expect(secrets.map(\.text) == ["one", "two", "three"])
        #expect("\(secrets[0])" == "(secret)" && !"\(secrets)".contains("two"))
        #expect(throws: ExportError.self) { try Secret.read([.environment("NONE")]) { _ in nil } }
        #expect(throws: ExportError.self) { try Secret.read([.file(folder.file("none"))]) { _ in nil } }
    }

    @Test func timesOfRetryAfterAreReadInBothForms() {
        let now = UTCTime(text: "2026-03-01T08:00:00Z")?.nanoseconds ?? 0
        #expect(HTTPAnswerReading.retryAfter("120", now) == 120_000_000_000)
        #expect(HTTPAnswerReading.retryAfter("Sun, 01 Mar 2026 08:00:30 GMT", now) == 30_000_000_000)
        #expect(HTTPAnswerReading.retryAfter("Sun, 01 Mar 2026 07:00:00 GMT", now) == 0)
        for text in ["", "-5", "soon", "Sun, 01 Foo 2026 08:00:30 GMT", "1.5", "99999999999999999999"] {
            #expect(HTTPAnswerReading.retryAfter(text, now) == nil, "\(text)")
        }
    }
}

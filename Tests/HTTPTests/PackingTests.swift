import HTTP
import Testing

@Suite struct PackingTests {
    private static let text = String(repeating: "a name that comes again ", count: 100)

    private let handler = AnswerPacking.around { request in
        switch request.rawPath {
        case "/text": HTTPResponse(text: Self.text)
        case "/short": HTTPResponse(text: "short")
        case "/image":
            HTTPResponse(
                status: 200, headers: ["Content-Type": "image/png"], body: [UInt8](repeating: 1, count: 5000))
        default: HTTPProblem.notFound(Self.text, request)
        }
    }

    private func ask(_ path: String, _ headers: HTTPHeaders = [:], method: String = "GET") -> HTTPResponse {
        handler(HTTPRequest(method: method, rawPath: path, path: [String(path.dropFirst())], headers: headers))
    }

    @Test(
        arguments: [
            ("gzip", true), ("br, GZIP;q=0.5", true), ("*", true), ("identity, *;q=0.1", true), ("gzip;q=0", false),
            ("gzip;q=0, *", false), ("br", false), ("", false), ("*;q=0", false),
        ])
    func whoTakesGzipGetsIt(accepted: String, isPacked: Bool) {
        let answer = ask("/text", ["Accept-Encoding": accepted])
        #expect((answer.headers["Content-Encoding"] == "gzip") == isPacked)
        #expect(answer.headers["Vary"] == "Accept-Encoding")
        #expect(isPacked == (answer.body.count < 200))
        #expect(answer.body.starts(with: isPacked ? [0x1F, 0x8B] : Array(Self.text.utf8)))
    }

    @Test func whatWouldGainNothingStaysAsItIs() {
        #expect(ask("/short", ["Accept-Encoding": "gzip"]).headers["Content-Encoding"] == nil)
        #expect(ask("/image", ["Accept-Encoding": "gzip"]).headers["Content-Encoding"] == nil)
    }

    @Test func problemsArePackedAndBearNoTag() {
        let answer = ask("/nothing", ["Accept-Encoding": "gzip"])
        #expect(answer.status == 404)
        #expect(answer.headers["Content-Encoding"] == "gzip")
        #expect(answer.headers["ETag"] == nil)
    }

    @Test(arguments: ["", "\"other\", ", "W/"]) func whatIsKnownIsNotSentAgain(before: String) throws {
        let tag = try #require(ask("/text").headers["ETag"])
        #expect(tag.hasPrefix("W/\""))
        let known = before == "W/" ? String(tag.dropFirst(2)) : before + tag
        let answer = ask("/text", ["If-None-Match": known, "Accept-Encoding": "gzip"])
        #expect(answer.status == 304)
        #expect(answer.body.isEmpty)
        #expect(answer.headers["ETag"] == tag)
        #expect(ask("/text", ["If-None-Match": "*"]).status == 304)
        #expect(ask("/text", ["If-None-Match": "W/\"0\""]).status == 200)
        #expect(ask("/text", ["If-None-Match": known], method: "POST").status == 200)
    }

    @Test func aTagIsOfItsBytes() {
        let one = ask("/text").headers["ETag"]
        #expect(ask("/text").headers["ETag"] == one)
        #expect(ask("/image").headers["ETag"] != one)
        #expect(ask("/text").headers["Cache-Control"] == "private, no-cache")
    }
}

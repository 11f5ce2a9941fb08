import Ingest
import JSON
import Testing
import TraceModel
import UnmaskTestSupport

/// The short way of Zipkin's JSON means what the long one means, or leaves a body to it.
@Suite struct PlainZipkinTests {
    private static let seed = UInt64.random(in: 1 ... .max)

    private static func span(_ members: String) -> String {
        #"[{"traceId":"5af7183fb1d4cf5f","id":"6b221d5bc9e6496c""# + members + "}]"
    }

    private static let plain = [
        span(""), span(#","name":"a\n\u00e9""#), "[]", " [ ] ",
        span(#","parentId":"","kind":"SERVER","shared":true,"debug":false"#),
        span(
            #","parentId":"5af7183fb1d4cf5f","kind":"CLIENT","name":"get /a","timestamp":155660417235573,"duration":12"#
        ),
        span(#","localEndpoint":{"serviceName":"shop","ipv4":"10.0.0.1","port":80},"tags":{"http.status_code":"500"}"#),
        span(
            #","remoteEndpoint":{"serviceName":"stock","ipv6":"::1","port":8080},"tags":{"error":"","http.path":"/a"}"#
                + #","annotations":[{"timestamp":17,"value":"wr"},{"value":"x"}]"#),
        span(#","localEndpoint":{},"tags":{"component":"http","otel.library.name":"l","host.name":"h"}"#),
        #"[{"traceId":"5AF7183FB1D4CF5F5AF7183FB1D4CF5F","id":"1"},{"id":"2","traceId":"3"}]"#,
    ]

    private static let odd = [
        "", "{}", "[{}]", "[[]]", "[] x", span(#","binaryAnnotations":[]"#), span(#","annotations":[{"endpoint":{}}]"#),
        span(#","tags":{"a":1}"#), span(#","tags":{"a":"1","a":"2"}"#), span(#","name":"\x""#),
        span(#","parentId":"0""#),
        span(#","timestamp":1.5"#), span(#","kind":null"#), span(#","id":"7""#),
    ]

    private func short(_ body: [UInt8]) -> [SpanDetail]? {
        body.withUnsafeBufferPointer(PlainZipkin.traces).map(\.spans)
    }

    private func long(_ body: [UInt8]) throws -> [SpanDetail] {
        let decoded = try ZipkinJSON.traces(try JSONParser.parse(body))
        #expect(decoded.rejected.isEmpty && decoded.dropped.isEmpty)
        return decoded.spans
    }

    @Test(arguments: plain)
    func aPlainBodyMeansTheSame(text: String) throws {
        let body = Array(text.utf8)
        let spans = short(body)
        #expect(try spans == long(body))
    }

    @Test(arguments: odd)
    func anOddBodyIsLeftToTheOtherWay(text: String) {
        #expect(short(Array(text.utf8)) == nil)
    }

    /// Whatever is taken is valid, and means the same.
    @Test func brokenBodiesAreNeverTakenForSomethingElse() throws {
        var numbers = WordSource(seed: Self.seed)
        let marks = Array(#"{}[]",:\01a "#.utf8)
        var taken = 0
        for round in 0..<20_000 {
            var body = Array(Self.plain[round % Self.plain.count].utf8)
            for _ in 0...numbers.next() % 2 {
                let place = Int(numbers.next() % UInt64(body.count))
                switch numbers.next() % 4 {
                case 0: body[place] = body[Int(numbers.next() % UInt64(body.count))]
                case 1 where body.count > 1: body.remove(at: place)
                case 2: body.insert(marks[Int(numbers.next() % UInt64(marks.count))], at: place)
                default: body[place] = UInt8(truncatingIfNeeded: numbers.next())
                }
            }
            guard let spans = short(body) else { continue }
            taken += 1
            let same = try long(body)
            #expect(spans == same, "seed \(Self.seed): \(String(decoding: body, as: UTF8.self))")
            if spans != same { return }
        }
        #expect(taken > 1000)
    }
}

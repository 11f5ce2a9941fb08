import Foundation
import Ingest
import JSON
import Testing
import TraceModel

/// Segment documents of X-Ray.
@Suite struct XRayTests {
    private static let trace = "1-5f2aebcc-b475d14618c51eaa28753d37"

    private static func segment(_ id: String, _ fields: String, name: String = "shop") -> String {
        "{\"trace_id\":\"\(trace)\",\"id\":\"\(id)\",\"name\":\"\(name)\",\"start_time\":1596648396.25,"
            + "\"end_time\":1596648396.5,\(fields)}"
    }

    private static func part(_ id: String, _ fields: String, name: String = "stock") -> String {
        "{\"id\":\"\(id)\",\"name\":\"\(name)\",\"start_time\":1596648396.3,\"end_time\":1596648396.4,\(fields)}"
    }

    private static func read(_ text: String) throws -> [SpanDetail] {
        let decoded = try TraceBytes().decode(Array(text.utf8))
        return decoded.spans.map { span in
            var span = span
            SpanSemantics().read(&span)
            return span
        }
    }

    private static func verdict(_ text: String) throws -> String {
        var story = GatewayStory("json")
        for span in try TraceBytes().decode(Array(text.utf8)).spans { story.take(span) }
        return try story.verdicts().joined(separator: ", ")
    }

    @Test func recordedDocuments() throws {
        let server = try Corpus("xray/server.json")
        #expect(server.verdicts.values.map(\.kind) == [.clean])
        let database = try Corpus("xray/dynamodb.json")
        let spans = database.recording.spans
        #expect(database.verdicts.values.map(\.kind) == [.failed])
        #expect(spans.filter { $0.kind == .server }.map(\.resource.service) == ["DDB"])
        let calls = spans.filter { $0.evidence.contains(.database) }
        #expect(calls.contains { $0.route.contains("DescribeTable") })
        #expect(calls.contains { $0.httpCode == 400 && $0.resource.service == "DDB" })
    }

    @Test func whatASegmentSays() throws {
        let spans = try Self.read(
            Self.segment(
                "bda182a644eee9b3",
                "\"parent_id\":\"00f067aa0ba902b7\",\"origin\":\"AWS::EC2::Instance\","
                    + "\"aws\":{\"ec2\":{\"instance_id\":\"i-1\"}},\"http\":{\"request\":{\"method\":\"POST\","
                    + "\"url\":\"http://a/pay\"},\"response\":{\"status\":503,\"content_length\":9}},"
                    + "\"annotations\":{\"tenant\":\"blue\",\"size\":3},\"fault\":true"))
        let span = try #require(spans.first)
        #expect(span.traceID.description == "5f2aebccb475d14618c51eaa28753d37")
        #expect(span.parentID == SpanID(hex: "00f067aa0ba902b7") && span.evidence.contains(.remoteParent))
        #expect(span.startNanoseconds == 1_596_648_396_250_000_000 && span.durationNanoseconds == 250_000_000)
        #expect(span.kind == .server && span.httpCode == 503 && span.method == .post && span.route == "/pay")
        #expect(span.status == .error && span.answerBytes == 9 && span.resource.instance == "i-1")
        #expect(span.attributes.contains(SpanAttribute("tenant", .string("blue"))))
    }

    @Test func partsOfASegment() throws {
        let spans = try Self.read(
            Self.segment(
                "bda182a644eee9b3",
                "\"subsegments\":["
                    + Self.part(
                        "0000000000000001", "\"namespace\":\"remote\",\"http\":{\"response\":{\"status\":500}}") + ","
                    + Self.part(
                        "0000000000000002",
                        "\"namespace\":\"remote\",\"sql\":{\"url\":\"jdbc:postgresql://h/orders\","
                            + "\"database_type\":\"PostgreSQL\",\"sanitized_query\":\"SELECT * FROM items\"}") + ","
                    + Self.part(
                        "0000000000000003",
                        "\"namespace\":\"aws\",\"aws\":{\"operation\":\"SendMessage\","
                            + "\"queue_url\":\"https://sqs/1/q\"}", name: "SQS") + ","
                    + Self.part("0000000000000004", "\"x\":1", name: "## work") + "]"))
        let byID = Dictionary(uniqueKeysWithValues: spans.map { ($0.spanID.raw, $0) })
        #expect(byID[1]?.kind == .client && byID[1]?.peer == "stock" && byID[1]?.httpCode == 500)
        #expect(byID[2]?.evidence.contains(.database) == true && byID[2]?.peer == "postgresql/orders")
        #expect(byID[2]?.route == "SELECT items")
        #expect(byID[3]?.kind == .producer && byID[3]?.evidence.contains(.messaging) == true)
        #expect(byID[4]?.kind == .internal)
        #expect(spans.allSatisfy { $0.resource.service == "shop" })
        #expect(Set(spans.dropLast().map(\.parentID)) == [SpanID(hex: "bda182a644eee9b3")])
    }

    @Test(
        arguments: [
            ("\"http\":{\"response\":{\"status\":500}},\"fault\":true", "masked caught"),
            ("\"fault\":true,\"cause\":{\"exceptions\":[{\"type\":\"ConnectTimeout\"}]}", "masked caught"),
            ("\"http\":{\"response\":{\"status\":429}},\"throttle\":true,\"error\":true", "masked caught"),
            ("\"throttle\":true", "masked caught"), ("\"error\":true", "masked caught"),
            ("\"http\":{\"response\":{\"status\":404}},\"error\":true", "expected"), ("\"x\":0", "clean"),
        ])
    func verdicts(of call: String, _ verdict: String) throws {
        let text = Self.segment(
            "bda182a644eee9b3",
            "\"http\":{\"request\":{\"method\":\"GET\",\"url\":\"http://a/b\"},\"response\":{\"status\":200}},"
                + "\"subsegments\":[" + Self.part("0000000000000001", "\"namespace\":\"remote\"," + call) + "]")
        let asked = text.replacing(
            "\"namespace\":\"remote\",\"http\":{",
            with: "\"namespace\":\"remote\",\"http\":{\"request\":{\"method\":\"GET\"},")
        #expect(try Self.verdict(asked) == verdict)
    }

    @Test func subsegmentsThatComeAlone() throws {
        let lines = [
            "{\"format\":\"json\",\"version\":1}",
            "{\"type\":\"subsegment\",\"parent_id\":\"bda182a644eee9b3\","
                + Self.segment("0000000000000001", "\"namespace\":\"remote\"", name: "stock").dropFirst(),
            Self.segment("bda182a644eee9b3", "\"x\":1"),
        ]
        let spans = try Self.read(lines.joined(separator: "\n"))
        #expect(spans.map(\.resource.service) == ["shop", "shop"])
        #expect(spans.map(\.kind) == [.client, .server])
    }

    @Test func aSegmentInProgressIsNoSpanYet() throws {
        let started =
            "{\"trace_id\":\"\(Self.trace)\",\"id\":\"bda182a644eee9b3\",\"name\":\"shop\","
            + "\"start_time\":1596648396.2,\"in_progress\":true}"
        #expect(try Self.read(started).isEmpty)
        #expect(try Self.read(started + "\n" + Self.segment("bda182a644eee9b3", "\"x\":1")).count == 1)
    }

    @Test func requestsAndAnswersOfTheAPI() throws {
        let document = Self.segment("bda182a644eee9b3", "\"x\":1").replacing("\"", with: "\\\"")
        #expect(try Self.read("{\"TraceSegmentDocuments\":[\"\(document)\"]}").count == 1)
        let answer =
            "{\"Traces\":[{\"Id\":\"\(Self.trace)\",\"Segments\":[{\"Id\":\"b\",\"Document\":\"\(document)\"}]}]}"
        #expect(try Self.read(answer).count == 1)
    }

    @Test(
        arguments: [
            "{\"trace_id\":\"1-2-3\",\"id\":\"bda182a644eee9b3\",\"start_time\":1}",
            "{\"trace_id\":\"\(trace)\",\"id\":\"xyz\",\"start_time\":1,\"end_time\":2}",
            "{\"trace_id\":\"\(trace)\",\"id\":\"bda182a644eee9b3\",\"start_time\":-1,\"end_time\":2}",
            "{\"trace_id\":\"\(trace)\",\"id\":\"bda182a644eee9b3\",\"start_time\":\"x\",\"end_time\":2}",
            "{\"trace_id\":\"\(trace)\",\"id\":\"bda182a644eee9b3\",\"start_time\":1e300,\"end_time\":2}",
            "{\"trace_id\":\"\(trace)\",\"id\":\"bda182a644eee9b3\",\"start_time\":1}",
            "{\"TraceSegmentDocuments\":[\"{\"]}", "{\"TraceSegmentDocuments\":[7]}",
        ])
    func whatIsNoSegment(text: String) {
        #expect(throws: IngestError.self) { try TraceBytes().decode(Array(text.utf8)) }
    }

    @Test func whatIsNestedTooDeeply() {
        var text = "\"x\":1"
        for number in 1...100 { text = "\"subsegments\":[\(Self.part("00000000000000\(number % 90 + 10)", text))]" }
        #expect(throws: IngestError.self) { try Self.read(Self.segment("bda182a644eee9b3", text)) }
    }

    @Test func wrongTypesAreNoCrash() {
        let keys = [
            "name", "http", "aws", "sql", "cause", "subsegments", "annotations", "fault", "namespace", "parent_id",
            "user",
        ]
        for key in keys {
            for value in ["1", "\"x\"", "[]", "{}", "null", "true", "[1]", "[[]]", "{\"a\":{}}"] {
                _ = try? Self.verdict(Self.segment("bda182a644eee9b3", "\"\(key)\":\(value)"))
            }
        }
    }
}

import Findings
import JSON
import Testing
import TraceModel

@testable import Query

private let names = ["", "overflow", "shop", "/page", "catalog", "/items", "payments"]
private func name(_ symbol: Symbol) -> String { names[Int(symbol.raw)] }

private let head = TraceHead(
    traceID: TraceID(high: 1, low: 2), state: .final, revision: 3, startNanoseconds: 1, durationNanoseconds: 5_000_000,
    spanCount: 2, decidedNanoseconds: 2_000_000_000)

private func span(_ id: UInt64, parent: UInt64, _ service: String, _ route: String, code: UInt16) -> SpanDetail {
    var span = SpanDetail(
        traceID: head.traceID, spanID: SpanID(id), parentID: SpanID(parent), startNanoseconds: id,
        durationNanoseconds: 7, resource: SpanResource(service: service, environment: "prod"), name: "GET",
        kind: .server)
    span.method = .get
    span.route = route
    span.httpCode = code
    return span
}

private func maskedVerdict(_ evidence: [EvidenceItem] = []) -> Verdict {
    let edge = EdgeFinding(
        span: SpanID(1), service: Symbol(2), route: EdgeRoute(method: .get, template: Symbol(3)), httpCode: 200,
        answeredOK: true, verdict: .masked)
    let chain = ChainFinding(
        disposition: .masked, kind: .caught, confidence: .strong,
        maskPoint: ChainPoint(span: SpanID(1), service: Symbol(2), operation: Symbol(3)),
        origin: ChainPoint(span: SpanID(2), service: Symbol(4), operation: Symbol(5)), originClass: .http5xx,
        top: SpanID(2), spans: [SpanID(2)], edge: 0, rule: .noRepair, evidence: evidence)
    return Verdict(kind: .masked, edges: [edge], chains: [chain], completeness: Completeness(spans: 2, edgeSeen: true))
}

private func document(_ verdict: Verdict, _ spans: [SpanDetail]) throws -> JSONValue {
    let writer = TraceJSON.document(verdict, head, age: .hot, payload: .complete, spans: spans, name: name)
    return try JSONParser.parse(writer.bytes)
}

@Suite struct FindingJSONTests {
    private func row(_ finding: Finding) -> [UInt8] {
        var writer = JSONWriter()
        FindingJSON.write(finding, to: &writer)
        return writer.bytes
    }

    @Test func aMaskedTraceIsOneRow() {
        let finding = Finding(
            traceID: head.traceID, verdict: .masked, revision: 3, edgeService: "shop", edgeRoute: "GET /page",
            edgeHTTPCode: 200, edgeAnsweredOK: true, edgeSpan: SpanID(1), kind: .caught, maskService: "shop",
            maskOperation: "/page", maskSpan: SpanID(1), originService: "catalog", originOperation: "/items",
            originClass: "http_5xx", originSpan: SpanID(2), startNanoseconds: 1, durationNanoseconds: 5_000_000,
            spanCount: 2, decidedNanoseconds: 2_000_000_000)
        let expected = [
            #"{"traceId":"00000000000000010000000000000002","verdict":"masked","state":"final","#,
            #""confidence":"strong","revision":3,"edge":{"service":"shop","route":"GET /page","#,
            #""spanId":"0000000000000001","httpCode":200,"grpcCode":null,"answeredOk":true},"kind":"caught","#,
            #""maskPoint":{"service":"shop","operation":"/page","spanId":"0000000000000001"},"#,
            #""origin":{"service":"catalog","operation":"/items","spanId":"0000000000000002","class":"http_5xx"},"#,
            #""fingerprint":"\#(finding.fingerprint?.description ?? "")","#,
            #""startTime":"1970-01-01T00:00:00.000000001Z","duration":5000000,"spanCount":2,"#,
            #""decidedAt":"1970-01-01T00:00:02.000000000Z"}"#,
        ]
        #expect(String(decoding: row(finding), as: UTF8.self) == expected.joined())
    }

    @Test func anOriginInAnotherTraceSaysWhichOne() throws {
        let finding = Finding(
            traceID: head.traceID, verdict: .masked, kind: .ackThenFailed, originService: "billing",
            originSpan: SpanID(2), decidedNanoseconds: 1, originTraceID: TraceID(high: 3, low: 4))
        let item = try JSONParser.parse(row(finding))
        #expect(item["origin"]?["traceId"]?.string == "00000000000000030000000000000004")
    }

    @Test func aTraceWithoutEdgeHasNulls() throws {
        let finding = Finding(traceID: head.traceID, verdict: .undetermined, decidedNanoseconds: 1)
        let item = try JSONParser.parse(row(finding))
        for field in ["edge", "kind", "maskPoint", "origin", "fingerprint"] { #expect(item[field] == .null) }
    }
}

@Suite struct TraceJSONTests {
    @Test func theDocumentHoldsVerdictAndSpans() throws {
        let spans = [
            span(1, parent: 0, "shop", "/page", code: 200), span(2, parent: 1, "catalog", "/items", code: 500),
        ]
        let evidence = EvidenceItem(span: SpanID(2), fact: .httpCode(500), strength: .strong)
        let document = try document(maskedVerdict([evidence]), spans)
        #expect(document["age"]?.string == "hot")
        #expect(document["verdict"]?["edges"]?.array?.first?["verdict"]?.string == "masked")
        #expect(document["verdict"]?["completeness"]?["edgeSeen"]?.bool == true)
        let chain = try #require(document["verdict"]?["chains"]?.array?.first)
        #expect(chain["rule"]?.string == "noRepair")
        #expect(chain["origin"]?["peer"]?.bool == false)
        #expect(chain["evidence"]?.array?.first?["text"]?.string == "prod/catalog GET /items answered 500")
        let written = try #require(document["spans"]?.array)
        #expect(written.first?["parentSpanId"] == .null)
        #expect(written.last?["parentSpanId"]?.string == "0000000000000001")
        #expect(written.last?["httpCode"]?.int64 == 500)
    }

    @Test func aSpanShowsAllThatItHas() throws {
        var full = span(9, parent: 0, "shop", "/page", code: 0)
        full.grpcCode = .unavailable
        full.outcome = .partial
        full.evidence = [.exceptionEvent, .timedOut]
        full.proxyFlags = [.upstreamConnectionFailure]
        full.attributes = [
            SpanAttribute("s", .string("x")), SpanAttribute("l", .list([.int(1), .bool(true), .double(.nan)])),
        ]
        full.events = [SpanEvent(name: "exception", timeNanoseconds: 3, attributes: [SpanAttribute("n", .int(-1))])]
        full.links = [SpanLink(traceID: TraceID(high: 0, low: 7), spanID: SpanID(8))]
        let value = try #require(try document(maskedVerdict(), [full])["spans"]?.array?.first)
        #expect(value["grpcCode"]?.string == "UNAVAILABLE")
        #expect(value["httpCode"] == .null)
        #expect(value["outcome"]?.string == "partial")
        #expect(value["evidence"] == .array([.string("exceptionEvent"), .string("timedOut")]))
        #expect(value["proxyFlags"] == .array([.string("UF")]))
        #expect(value["attributes"]?["l"] == .array([.int(1), .bool(true), .null]))
        #expect(value["events"]?.array?.first?["attributes"]?["n"]?.int64 == -1)
        #expect(value["links"]?.array?.first?["spanId"]?.string == "0000000000000008")
    }

    @Test func aPeerThatNeverSpokeIsCalledByItsCallersName() throws {
        var verdict = maskedVerdict()
        verdict.chains[0].origin = ChainPoint(span: SpanID(2), service: Symbol(6), operation: .empty, isPeer: true)
        let chain = try #require(try document(verdict, [])["verdict"]?["chains"]?.array?.first)
        #expect(chain["origin"]?["service"]?.string == "peer:payments")
        #expect(chain["origin"]?["peer"]?.bool == true)
    }

    @Test(
        arguments: [
            (.grpcCode(.internal), "catalog /items answered INTERNAL"),
            (.mark([.exceptionEvent]), "catalog /items recorded an exception"),
            (.proxy([.upstreamTimeout, .noRoute]), "catalog /items bears the gateway flags UT, NR"),
            (.laterSuccess(SpanID(1)), "shop GET /page succeeded as a later attempt of catalog /items"),
            (.hedgeLost(to: SpanID(99)), "catalog /items was cancelled because span 0000000000000063 had won"),
            (
                .slow(nanoseconds: 1_500_000_000, limit: 300_000_000),
                "catalog /items took 1500 ms, over the limit of 300 ms"
            ),
            (.deliveriesFailed(3), "catalog /items failed in each of 3 deliveries"),
        ] as [(EvidenceFact, String)])
    func evidenceIsASentence(fact: EvidenceFact, text: String) throws {
        let item = EvidenceItem(span: SpanID(2), fact: fact, strength: .medium)
        let document = try document(maskedVerdict([item]), [])
        let chain = try #require(document["verdict"]?["chains"]?.array?.first)
        #expect(chain["evidence"]?.array?.first?["text"]?.string == text)
    }
}

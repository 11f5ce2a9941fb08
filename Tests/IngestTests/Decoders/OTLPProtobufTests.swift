import Ingest
import Testing
import TraceModel

@Suite struct OTLPProtobufTests {
    private func read(_ bytes: [UInt8]) throws -> [SpanDetail] { try OTLPProtobuf().traces(bytes).spans }

    @Test func aSpanIsReadWhole() throws {
        let bytes = OTLPBytes.export(
            OTLPBytes.span { span in
                span.text(3, "other=1,ot=th:8;rv:abc")
                span.block(4, [9, 9, 9, 9, 9, 9, 9, 9])
                span.block(9, OTLPBytes.attribute("answer", "yes"))
                span.block(9, OTLPBytes.attribute("count") { $0.number(3, 42) })
                span.block(9, OTLPBytes.attribute("flag") { $0.number(2, 1) })
                span.block(9, OTLPBytes.attribute("ratio") { $0.fixed64(4, Double(0.5).bitPattern) })
                span.message(11) {
                    $0.fixed64(1, 77)
                    $0.text(2, "exception")
                    $0.block(3, OTLPBytes.attribute("exception.type", "E"))
                }
                span.message(13) {
                    $0.block(1, OTLPBytes.traceID)
                    $0.block(2, OTLPBytes.spanID)
                }
                span.message(15) {
                    $0.text(2, "broken")
                    $0.number(3, 2)
                }
                span.fixed32(16, 0x300)
            })
        let span = try #require(try read(bytes).first)
        #expect(span.traceID == TraceID(high: 0xABAB_ABAB_ABAB_ABAB, low: 0xABAB_ABAB_ABAB_ABAB))
        #expect(span.spanID == SpanID(0x0001_0203_0405_0607))
        #expect(span.parentID == SpanID(0x0909_0909_0909_0909))
        #expect(span.resource.service == "shop")
        #expect(span.name == "GET /a")
        #expect(span.kind == .server)
        #expect(span.durationNanoseconds == 500)
        #expect(span.status == .error)
        #expect(span.statusMessage == "broken")
        #expect(span.samplingThreshold == 1 << 55)
        #expect(span.evidence.contains(.remoteParent))
        #expect(span.links == [SpanLink(traceID: span.traceID, spanID: span.spanID)])
        #expect(span.events.map(\.name) == ["exception"])
        #expect(
            span.attributes == [
                SpanAttribute("answer", "yes"), SpanAttribute("count", 42), SpanAttribute("flag", true),
                SpanAttribute("ratio", .double(0.5)), SpanAttribute("otel.scope.name", "lib"),
            ])
    }

    @Test func listsAndMapsAreReadLevelByLevel() throws {
        let inner = ProtoBytes.message { list in
            list.message(1) { $0.text(1, "a") }
            list.message(1) { $0.block(5, ProtoBytes.message { $0.message(1) { $0.number(3, 7) } }) }
        }
        let map = ProtoBytes.message { $0.block(1, OTLPBytes.attribute("k", "v")) }
        let bytes = OTLPBytes.export(
            OTLPBytes.span { span in
                span.block(9, OTLPBytes.attribute("list") { $0.block(5, inner) })
                span.block(9, OTLPBytes.attribute("map") { $0.block(6, map) })
                span.block(9, OTLPBytes.attribute("after", "still here"))
            })
        let attributes = try #require(try read(bytes).first).attributes
        #expect(attributes[0].value == .list(["a", .list([7])]))
        #expect(attributes[1].value == .list(["k", "v"]))
        #expect(attributes[2].value == "still here")
    }

    @Test func theOlderGroupOfSpansIsRead() throws {
        let bytes = ProtoBytes.message { $0.message(1) { $0.message(1000) { $0.message(2, OTLPBytes.span()) } } }
        #expect(try read(bytes).count == 1)
    }

    @Test func spansWithoutIDsAreCountedAndLeftOut() throws {
        let decoded = try OTLPProtobuf().traces(OTLPBytes.export { $0.text(5, "nobody") })
        #expect(decoded.spans.isEmpty)
        #expect(decoded.dropped == [.zeroTraceID: 1])
        let half = try OTLPProtobuf().traces(OTLPBytes.export { $0.block(1, OTLPBytes.traceID) })
        #expect(half.dropped == [.zeroSpanID: 1])
    }

    @Test func anIDOfTheWrongLengthIsNamed() throws {
        let bytes = OTLPBytes.export { $0.block(1, [1, 2, 3]) }
        let expected = IngestError(.invalidField, "a trace_id has 16 bytes, and this one has 3")
        #expect(try OTLPProtobuf().traces(bytes).rejected == [expected])
        #expect(throws: expected) { try TraceBytes().decode(bytes) }
    }

    @Test func aBodyThatBreaksOffIsCorrupt() {
        let whole = OTLPBytes.export(OTLPBytes.span())
        for length in 1..<whole.count {
            #expect(throws: IngestError.self, "\(length) bytes") { try OTLPProtobuf().traces(Array(whole[..<length])) }
        }
    }

    @Test func deepNestingIsRefusedWithoutUsingUpTheStack() throws {
        var value: [UInt8] = ProtoBytes.message { $0.text(1, "x") }
        for _ in 0..<20_000 {
            let inner = value
            value = ProtoBytes.message { $0.block(5, ProtoBytes.message { $0.block(1, inner) }) }
        }
        let bytes = OTLPBytes.export(
            OTLPBytes.span { span in
                span.message(9) {
                    $0.text(1, "deep")
                    $0.block(2, value)
                }
            })
        #expect(try OTLPProtobuf().traces(bytes).rejected.map(\.code) == [.tooComplex])
    }

    @Test func manyEmptyPartsAreRefusedBeforeTheyFillMemory() {
        let empty = [UInt8](repeating: 0, count: 2_000_000).enumerated().map { $0.offset % 2 == 0 ? UInt8(0x5A) : 0 }
        let bytes =
            OTLPBytes.export { $0.block(1, OTLPBytes.traceID) }
            + ProtoBytes.message {
                $0.message(1) { $0.message(2) { $0.block(2, empty) } }
            }
        let error = #expect(throws: IngestError.self) { try OTLPProtobuf().traces(bytes) }
        #expect(error?.code == .tooComplex)
    }

    @Test func logsAreEvidenceForTheirSpans() throws {
        func record(_ fill: @escaping (inout ProtoBytes) -> Void) -> (inout ProtoBytes) -> Void {
            { log in
                log.block(9, OTLPBytes.traceID)
                log.block(10, OTLPBytes.spanID)
                fill(&log)
            }
        }
        let bytes = ProtoBytes.message { body in
            body.message(1) { group in
                group.message(2) { scope in
                    scope.message(2, record { $0.number(2, 9) })
                    scope.message(2, record { $0.number(2, 17) })
                    scope.message(2, record { $0.block(6, OTLPBytes.attribute("exception.type", "Boom")) })
                    scope.message(2) { $0.number(2, 17) }
                }
            }
        }
        let logs = try OTLPProtobuf().logs(bytes).logs
        #expect(logs.map(\.evidence) == [.errorLog, .exceptionEvent])
        #expect(logs.map(\.errorType) == ["", "Boom"])
    }
}

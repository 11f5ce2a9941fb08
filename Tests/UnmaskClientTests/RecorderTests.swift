import Testing
import UnmaskClient

private struct Declined: Error {}

@Suite struct RecorderTests {
    @Test func spansBeginBelowTheCurrentOne() async throws {
        let recorder = SpanRecorder()
        await recorder.record {
            await withSpan("outer", kind: .server) { outer in
                #expect(outer.context?.spanID == Span.current.context?.spanID)
                withSpan("inner") { _ in }
                async let child: Void = withSpan("child") { _ in }
                await child
            }
        }
        let (outer, inner, child) = (recorder.spans[2], recorder.spans[0], recorder.spans[1])
        #expect([outer.name, inner.name, child.name] == ["outer", "inner", "child"])
        #expect(outer.parentID == nil && outer.kind == .server)
        #expect(inner.parentID == outer.spanID && child.parentID == outer.spanID)
        #expect(inner.traceID == outer.traceID && child.traceID == outer.traceID)
    }

    @Test func aThrownErrorMarksTheSpanAndIsThrownOn() async throws {
        let recorder = SpanRecorder()
        #expect(throws: Declined.self) {
            try recorder.record { try withSpan("charge") { _ in throw Declined() } }
        }
        await #expect(throws: Declined.self) {
            try await recorder.record {
                try await withSpan("charge") { _ in
                    await Task.yield()
                    throw Declined()
                }
            }
        }
        for span in recorder.spans {
            #expect(span.status == .error(message: "Declined()"))
            #expect(span.events.map(\.name) == ["exception"])
            #expect(span.events[0].attributes["exception.type"] != nil)
        }
        #expect(recorder.spans.count == 2)
    }

    @Test func theLaterValueOfAnAttributeStaysWhateverItsType() {
        let recorder = SpanRecorder()
        recorder.record {
            withSpan("x") { span in
                span[.httpRoute] = "/a"
                span.set("http.route", .integer(7))
                #expect(span[.httpRoute] == nil)
                span[.serverPort] = 1
                span[.serverPort] = nil
                for number in 0..<1000 { span.set("count", .integer(Int64(number))) }
                for number in 0..<200 { span.set("key\(number)", .flag(true)) }
            }
        }
        let span = recorder.spans[0]
        #expect(span.attributes["http.route"] == .integer(7))
        #expect(span.attributes["server.port"] == nil)
        #expect(span.attributes["count"] == .integer(999))
        #expect(span.attributes.count == 127)
    }

    @Test func namesOfAMegabyteAreCutAtACharacter() {
        let recorder = SpanRecorder()
        let long = "a" + String(repeating: "é", count: 1 << 20)
        recorder.record {
            withSpan(long) { span in
                span.set(long, .string(long))
                span.addEvent(long, [Attribute(key: long, value: .string(long))])
                span.setStatus(.error(message: long))
                span.set("list", .list(Array(repeating: .string(long), count: 1000)))
            }
        }
        let span = recorder.spans[0]
        #expect(span.name.utf8.count == 511 && span.name.hasSuffix("é"))
        #expect(span.attributes[span.name] == .string("a" + String(repeating: "é", count: 2047)))
        #expect(span.events[0].name == span.name)
        guard case .list(let values) = span.attributes["list"] else { return #expect(Bool(false)) }
        #expect(values.count == 128)
    }

    @Test func whatIsSaidAfterTheEndIsIgnored() {
        let recorder = SpanRecorder()
        recorder.record {
            let span = Unmask.startSpan("once", kind: .client)
            #expect(span.isRecording)
            span.end()
            span.end()
            span[.httpRoute] = "/late"
            span.name = "late"
            span.outcome(.failure(reason: "late"))
            #expect(!span.isRecording)
        }
        #expect(recorder.spans.count == 1)
        #expect(recorder.spans[0].name == "once" && recorder.spans[0].attributes.isEmpty)
        #expect(recorder.spans[0].outcome == nil)
    }

    @Test func aSpanThatNobodyEndsIsCounted() {
        let recorder = SpanRecorder()
        let tracer = recorder.tracer()
        tracer.use { _ = Unmask.startSpan("lost") }
        #expect(recorder.spans.isEmpty)
        #expect(tracer.statistics.spansDropped == [.neverEnded: 1])
    }

    @Test func manyThreadsMayWriteToOneSpan() async {
        let recorder = SpanRecorder()
        await recorder.record {
            await withSpan("shared") { span in
                await withTaskGroup(of: Void.self) { group in
                    for task in 0..<8 {
                        group.addTask {
                            for number in 0..<500 { span.set("task\(task)", .integer(Int64(number))) }
                            span.addEvent("done")
                        }
                    }
                }
            }
        }
        #expect(recorder.spans[0].attributes.count == 8)
        #expect(recorder.spans[0].attributes.values.allSatisfy { $0 == .integer(499) })
        #expect(recorder.spans[0].events.count == 8)
    }

    @Test func withoutATracerNothingHappens() {
        let result = withSpan("nothing") { span in
            span[.httpRoute] = "/"
            #expect(span.context == nil && !span.isRecording)
            return 7
        }
        #expect(result == 7)
    }
}

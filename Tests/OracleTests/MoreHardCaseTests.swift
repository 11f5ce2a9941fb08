import Testing
import TraceModel
import UnmaskTestSupport

/// The second half of section 6, and the sentences of sections 1 to 4 that the table leaves out.
@Suite struct MoreHardCaseTests {
    private func edge(_ code: UInt16 = 200, method: RequestMethod = .get) -> Sketch {
        var sketch = Sketch()
        sketch.server("edge", 1, Sketch.at(nil, 0, 100), code: code)
        sketch.change("edge") { $0.hop.method = method }
        return sketch
    }

    @Test func successFalseInA200IsABusinessError() {
        var sketch = edge()
        sketch.change("edge") { $0.evidence.insert(.businessFailure) }
        #expect(sketch.judge().kind == .masked)
        #expect(sketch.judge().chain?.kind == .businessError)
    }

    @Test func aCallerThatBelievedA200IsTheMaskPointOfABusinessError() {
        var sketch = edge()
        sketch.client("call", 1, to: 2, Sketch.at("edge", 10, 60))
        sketch.server("callee", 2, Sketch.at("call", 12, 50))
        sketch.change("callee") { $0.evidence.insert(.businessFailure) }
        #expect(sketch.judge().chain?.maskPoint == sketch.known("edge"))
        #expect(sketch.judge().chain?.origin == sketch.known("callee"))
    }

    @Test func aStaleAnswerOverAFailedRefreshIsDegraded() {
        var sketch = edge()
        sketch.change("edge") { $0.evidence.formUnion([.gateway, .staleAnswer]) }
        sketch.client("refresh", 1, to: 2, Sketch.at("edge", 10, 60), code: 503)
        #expect(sketch.judge().kind == .degraded)
        #expect(sketch.judge().chain?.kind == .stale)
    }

    @Test func oneOfFiveParallelReadsFailed() {
        var sketch = edge()
        for peer: UInt32 in 2...6 {
            sketch.client("read\(peer)", 1, to: peer, Sketch.at("edge", 10, 50), code: peer == 4 ? 503 : 200)
        }
        #expect(sketch.judge().kind == .degraded)
        #expect(sketch.judge().chain?.kind == .partial)
    }

    @Test func anAuditWriteThatFailedAfterThe201IsSuspect() {
        var sketch = edge(201, method: .post)
        sketch.client("audit", 1, to: 2, Sketch.at("edge", 110, 150), code: 500)
        sketch.change("audit") { $0.hop.traits.insert(.bestEffort) }
        #expect(sketch.judge().kind == .suspect)
        #expect(sketch.judge().chain?.kind == .fireAndForget)
    }

    @Test func aPageLoadWithThreeEdgesCountsEachForItself() {
        var sketch = Sketch()
        sketch.client("page", 9, to: 1, Sketch.at(nil, 0, 400))
        for service: UInt32 in 1...3 {
            sketch.client("fetch\(service)", 9, to: service, Sketch.at("page", 10, 100))
            sketch.server("edge\(service)", service, Sketch.at("fetch\(service)", 12, 90))
        }
        sketch.client("call", 2, to: 5, Sketch.at("edge2", 20, 40), code: 500)
        let verdict = sketch.judge()
        #expect(verdict.kind == .masked)
        #expect(verdict.edges.filter { $0.verdict == .clean }.count == 2)
        #expect(verdict.edges.contains(OracleEdge(span: sketch.known("edge2"), verdict: .masked)))
    }

    @Test func aHandledExceptionEventIsSuspect() {
        var sketch = edge()
        sketch.change("edge") { $0.evidence.insert(.exceptionEvent) }
        #expect(sketch.judge().kind == .suspect)
        #expect(sketch.judge().chain?.kind == .caught)
    }

    @Test(arguments: [UInt16(401), 429])
    func anEdgeThatRefusedWithNothingFailedBelow(code: UInt16) {
        #expect(edge(code).judge().kind == .refused)
    }

    @Test func aMessageThatFailsThreeTimesAndIsDeadMasksThe202() {
        var sketch = edge(202, method: .post)
        sketch.add("send", Sketch.hop(.producer, 1, route: 200, peer: 2, method: .none), Sketch.at("edge", 10, 12))
        for attempt: UInt64 in 1...3 {
            let hop = Sketch.hop(.consumer, 2, route: 200, method: .none)
            sketch.add("try\(attempt)", hop, Sketch.at("send", 200 * attempt, 200 * attempt + 50)) {
                $0.status = .error
                $0.evidence = attempt == 3 ? [.messaging, .deadLetter] : .messaging
            }
        }
        let verdict = sketch.judge()
        #expect(verdict.kind == .masked)
        #expect(verdict.chain?.kind == .ackThenFailed)
        #expect(verdict.chain?.maskPoint == sketch.known("edge"))
        sketch.change("try3") {
            $0.status = .unset
            $0.evidence = .messaging
        }
        #expect(sketch.judge().kind == .recovered)
    }

    @Test func aLateCalleeWhoseCallerServedItsCache() {
        var sketch = edge()
        sketch.client("call", 1, to: 2, Sketch.at("edge", 10, 30), code: 0)
        sketch.change("call") {
            $0.status = .error
            $0.evidence.insert(.timedOut)
        }
        sketch.server("callee", 2, Sketch.at("call", 12, 80))
        #expect(sketch.judge().kind == .masked)
        #expect(sketch.judge().chain?.originClass == .timeoutLateSuccess)
        sketch.client("cache", 1, to: 3, Sketch.at("edge", 31, 35), code: 0)
        sketch.change("cache") { $0.evidence = [.database, .fallback] }
        #expect(sketch.judge().kind == .degraded)
        #expect(sketch.judge().chain?.originClass == .timeoutLateSuccess)
    }

    @Test func aSuccessThatArrivesLaterResolvesTheVerdict() {
        var sketch = edge()
        sketch.client("first", 1, to: 2, Sketch.at("edge", 10, 20), code: 503)
        #expect(sketch.judge(settled: false).kind == .masked)
        sketch.client("second", 1, to: 2, Sketch.at("edge", 30, 40))
        #expect(sketch.judge().kind == .recovered)
    }

    @Test func anEdgeThatNeverArrivesIsNeverClean() {
        var sketch = Sketch()
        sketch.client("call", 1, to: 2, Sketch.at("edge", 10, 20))
        sketch.server("callee", 2, Sketch.at("call", 12, 18))
        #expect(sketch.judge().kind == .undetermined)
    }

    @Test func aRootErrorWithCode200FailedAfterItsHeaders() {
        var sketch = edge()
        sketch.change("edge") { $0.status = .error }
        #expect(sketch.judge().kind == .masked)
        #expect(sketch.judge().chain?.kind == .failedAfterHeaders)
    }

    @Test func aLostHedgeIsExpected() {
        var sketch = edge()
        sketch.client("slow", 1, to: 2, Sketch.at("edge", 10, 61), code: 0)
        sketch.change("slow") { $0.evidence.insert(.cancelled) }
        sketch.client("quick", 1, to: 2, Sketch.at("edge", 30, 60))
        #expect(sketch.judge().kind == .expected)
    }

    @Test func parallelSiblingsAreNoRetries() {
        var sketch = edge()
        sketch.client("failed", 1, to: 2, Sketch.at("edge", 10, 40), code: 503)
        sketch.client("other", 1, to: 2, Sketch.at("edge", 20, 60))
        #expect(sketch.judge().kind == .masked)
    }

    @Test func aRetryBelowTheInstrumentationRecovered() {
        var sketch = edge()
        sketch.client("call", 1, to: 2, Sketch.at("edge", 10, 60))
        sketch.server("first", 2, Sketch.at("call", 12, 20), code: 503)
        #expect(sketch.judge().chain?.kind == .rewritten)
        sketch.server("second", 2, Sketch.at("call", 30, 50))
        #expect(sketch.judge().kind == .recovered)
    }

    @Test func anOrphanServerIsAnEdgeOnlyWhenItsTimeHasCome() {
        var sketch = Sketch()
        sketch.server("orphan", 1, Sketch.at("lost", 10, 20))
        #expect(sketch.judge(settled: false).kind == .undetermined)
        #expect(sketch.judge(settled: true).kind == .clean)
        sketch.change("orphan") { $0.evidence.insert(.remoteParent) }
        #expect(sketch.judge(settled: false).kind == .clean)
    }

    @Test func aDetachedFailureHangsUnderTheEdge() {
        var sketch = edge()
        sketch.client("orphan", 2, to: 3, Sketch.at("lost", 10, 20), code: 500)
        #expect(sketch.judge().kind == .masked)
    }

    @Test func anHonestFailureIsOneChainUpToTheEdge() {
        var sketch = edge(500)
        sketch.client("call", 1, to: 2, Sketch.at("edge", 10, 60), code: 500)
        sketch.server("callee", 2, Sketch.at("call", 12, 50), code: 500)
        let verdict = sketch.judge()
        #expect(verdict.kind == .failed)
        #expect(verdict.chain?.origin == sketch.known("callee"))
    }
}

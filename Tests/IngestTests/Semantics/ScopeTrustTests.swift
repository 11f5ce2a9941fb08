import Ingest
import Testing
import TraceModel

@Suite struct ScopeTrustTests {
    private func spans(ok: Int, unset: Int) -> [SpanDetail] {
        (0..<(ok + unset)).map { index in
            Reading.span(.server, ["otel.scope.name": "web"]) { $0.status = index < ok ? .ok : .unset }
        }
    }

    private func trusted(_ spans: [SpanDetail]) -> Int {
        var trust = ScopeTrust()
        for span in spans { trust.learn(span) }
        return spans.count { span in
            var span = span
            trust.apply(to: &span)
            return span.evidence.contains(.trustedOK)
        }
    }

    @Test func aScopeThatAlwaysSaysOKSaysNothing() {
        #expect(trusted(spans(ok: 200, unset: 1)) == 0)
    }

    @Test func aScopeThatSaysOKNowAndThenIsBelieved() {
        #expect(trusted(spans(ok: 190, unset: 10)) == 190)
    }

    @Test func aHandfulOfSpansProvesNoHabit() {
        #expect(trusted(spans(ok: 10, unset: 0)) == 10)
    }
}

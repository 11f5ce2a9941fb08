import Findings
import Testing
import TraceModel

@Suite struct FindingFilterTests {
    static let finding = Sample.masked(1)

    static let matching: [FindingFilter] = [
        FindingFilter(),
        FindingFilter(verdicts: [.masked, .failed]),
        FindingFilter(kinds: [.caught]),
        FindingFilter(edgeService: "gateway", edgeRoute: "GET /orders/{id}"),
        FindingFilter(maskService: "orders", maskOperation: "GET /orders/{id}"),
        FindingFilter(originService: "inventory", originOperation: "POST /reserve", originClass: "http_5xx"),
        FindingFilter(fingerprint: finding.fingerprint),
        FindingFilter(fromNanoseconds: Sample.start, toNanoseconds: Sample.start + 1),
        FindingFilter(startedFromNanoseconds: Sample.start - Sample.second, startedToNanoseconds: Sample.start),
        FindingFilter(durationMin: 250_000_000, durationMax: 250_000_000),
        FindingFilter(text: "INVENT"), FindingFilter(text: "/reserve"), FindingFilter(text: "Caught"),
        FindingFilter(text: ""),
    ]

    static let others: [FindingFilter] = [
        FindingFilter(verdicts: []), FindingFilter(verdicts: [.clean]), FindingFilter(kinds: [.slow]),
        FindingFilter(edgeService: "gate"), FindingFilter(edgeRoute: "GET /"), FindingFilter(maskService: ""),
        FindingFilter(maskOperation: "x"), FindingFilter(originService: "x"), FindingFilter(originOperation: "x"),
        FindingFilter(originClass: "x"), FindingFilter(fingerprint: Fingerprint(raw: 1)),
        FindingFilter(fromNanoseconds: Sample.start + 1), FindingFilter(toNanoseconds: Sample.start),
        FindingFilter(startedFromNanoseconds: Sample.start), FindingFilter(startedToNanoseconds: 5),
        FindingFilter(durationMin: 250_000_001), FindingFilter(durationMax: 249_999_999),
        FindingFilter(text: "warehouse"),
        FindingFilter(verdicts: [.masked], text: "warehouse"),
    ]

    @Test func whatHoldsMatchesAloneAndInTheLog() {
        let log = FindingsLog()
        _ = log.publish(Self.finding)
        for filter in Self.matching {
            #expect(filter.matches(Self.finding))
            #expect(log.list(filter, limit: 5).items.count == 1)
        }
    }

    @Test func whatDoesNotHoldMatchesNeither() {
        let log = FindingsLog()
        _ = log.publish(Self.finding)
        for filter in Self.others {
            #expect(!filter.matches(Self.finding))
            #expect(log.list(filter, limit: 5).items.isEmpty)
        }
    }

    @Test func lettersBeyondASCIIAreFoundInEitherCase() {
        var finding = Self.finding
        finding.originService = "Bestände"
        #expect(FindingFilter(text: "STÄND").matches(finding))
        #expect(!FindingFilter(text: "stand").matches(finding))
    }

    @Test func patternOfASecondChainIsFound() {
        let names = PatternNames(maskService: "carts", kind: .stale)
        var finding = Self.finding
        finding.otherChains = [OtherChain(disposition: .degraded, names: names)]
        #expect(FindingFilter(fingerprint: Fingerprint(of: names)).matches(finding))
    }

    @Test func windowOfTimeGivesExactlyItsFindings() {
        let log = FindingsLog()
        for number in 1...50 { _ = log.publish(Sample.masked(number, decided: Sample.start + UInt64(number))) }
        let filter = FindingFilter(fromNanoseconds: Sample.start + 10, toNanoseconds: Sample.start + 20)
        #expect(log.list(filter, limit: 100).items.map(\.traceID) == (10..<20).reversed().map(Sample.id))
        let first = log.list(filter, limit: 4)
        let second = log.list(filter, limit: 100, after: first.next)
        #expect(second.items.map(\.traceID) == (10..<16).reversed().map(Sample.id))
    }
}

import Testing
import TraceModel

@testable import Findings

@Suite struct FingerprintTests {
    /// Computed outside this program, byte by byte from the contract. Databases and links carry these: if one of them
    /// changes, every stored pattern loses its history.
    @Test func knownNamesHaveKnownFingerprints() {
        #expect(Sample.masked(1).fingerprint?.hex == "f519d5d512fabb0e096aab7759eee484")
        #expect(Fingerprint(of: PatternNames()).hex == "860656743a4046432887682a879c5b5f")
        let names = PatternNames(
            edgeService: "prod/shop/web", edgeRoute: "PUT /käufe/{id}", maskService: "a", maskOperation: "b",
            kind: .default, originService: "c", originOperation: "d", originClass: "grpc_unavailable")
        #expect(Fingerprint(of: names).hex == "9d535aa53805033d8392c566924f8d92")
    }

    @Test func peerIsNotTheServiceOfTheSameName() {
        var finding = Sample.masked(1)
        finding.originIsPeer = true
        #expect(finding.fingerprint?.hex == "287054c8de2571efa56065757afe8e9f")
        finding.originService = "peer:inventory"
        #expect(finding.fingerprint?.hex == "287054c8de2571efa56065757afe8e9f")
    }

    @Test func idsTimesAndNumbersDoNotCount() {
        var other = Sample.masked(2, decided: Sample.start + 99, weight: 17)
        other.maskSpan = SpanID(77)
        other.edgeHTTPCode = 201
        other.verdict = .suspect
        other.confidence = .weak
        #expect(other.fingerprint == Sample.masked(1).fingerprint)
    }

    @Test func everyNameCounts() {
        let changes: [(inout PatternNames) -> Void] = [
            { $0.edgeService += "x" }, { $0.edgeRoute += "x" }, { $0.maskService += "x" }, { $0.maskOperation += "x" },
            { $0.kind = .stale }, { $0.originService += "x" }, { $0.originOperation += "x" }, { $0.originClass += "x" },
        ]
        let names = Sample.masked(1).patternNames
        let changed = changes.map { change in
            var other = names
            change(&other)
            return Fingerprint(of: other)
        }
        #expect(Set(changed + [Fingerprint(of: names), Fingerprint(of: names, tenant: "t")]).count == 10)
    }

    @Test func lettersThatMoveToTheNextNameMakeAnotherPattern() {
        let left = PatternNames(edgeService: "ab", edgeRoute: "c")
        let right = PatternNames(edgeService: "a", edgeRoute: "bc")
        #expect(Fingerprint(of: left) != Fingerprint(of: right))
    }

    @Test(arguments: VerdictKind.allCases)
    func onlyHiddenSoftenedOrDoubtfulTracesHaveOne(verdict: VerdictKind) {
        var finding = Sample.masked(1)
        finding.verdict = verdict
        #expect((finding.fingerprint != nil) == [.masked, .degraded, .suspect].contains(verdict))
    }

    @Test func hexIsReadBackAndNothingElseIs() {
        let small = Fingerprint(raw: 0xAB)
        #expect(small.hex == "000000000000000000000000000000ab")
        #expect(Fingerprint(hex: small.hex) == small)
        #expect(Fingerprint(hex: "000000000000000000000000000000AB") == small)
        for text in ["", "ab", "+00000000000000000000000000000ab", "zz0000000000000000000000000000ab", small.hex + "0"]
        {
            #expect(Fingerprint(hex: text) == nil)
        }
    }
}

@Suite struct PatternNameTests {
    private let alias = "catalogue down"

    @Test func aNamedPatternIsItsNameAlone() {
        let one = PatternNames(edgeService: "a", kind: .caught, alias: alias)
        let two = PatternNames(edgeService: "b", kind: .rewritten, alias: alias)
        #expect(Fingerprint(of: one) == Fingerprint(of: two))
        #expect(Fingerprint(of: one) != Fingerprint(of: PatternNames(edgeService: "a", kind: .caught)))
        #expect(Fingerprint(of: PatternNames(alias: "x")) != Fingerprint(of: PatternNames(alias: "y")))
    }

    @Test func namesSurviveTheDatabasesForms() {
        var finding = Sample.masked(1)
        finding.patternAlias = alias
        #expect(FindingCodec.decode(FindingCodec.encode(finding)) == finding)
        var other = Sample.masked(2)
        other.otherChains = [OtherChain(disposition: .masked, names: PatternNames(kind: .caught, alias: alias))]
        #expect(FindingCodec.decode(FindingCodec.encode(other)) == other)
        var bare = finding
        bare.patternAlias = ""
        #expect(FindingCodec.decodeOthers(FindingCodec.encodeOthers(of: finding), into: &bare))
        #expect(bare == finding)
    }

    @Test func aNameStandsBesideTheTraceInWhichTheFailureBegan() {
        var finding = Sample.masked(1)
        finding.patternAlias = alias
        finding.originTraceID = TraceID(high: 3, low: 4)
        #expect(FindingCodec.decode(FindingCodec.encode(finding)) == finding)
        finding.originTraceID = nil
        #expect(FindingCodec.decode(FindingCodec.encode(finding)) == finding)
    }

    @Test func withoutNamesTheFormsAreThoseOfBefore() {
        #expect(FindingCodec.encode(Sample.masked(1)).first == 1)
    }
}

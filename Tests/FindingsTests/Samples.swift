import Findings
import TraceModel

/// A generator whose every number follows from its seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

enum Sample {
    static let second: UInt64 = 1_000_000_000
    /// 2026-01-02T03:04:00Z, the start of a minute.
    static let start: UInt64 = 1_767_323_040 * second

    static func id(_ number: Int) -> TraceID { TraceID(high: 0xA11CE, low: UInt64(number)) }

    /// A masked trace: the gateway said 200, the inventory had failed.
    static func masked(_ number: Int, decided: UInt64 = start, weight: Double = 1) -> Finding {
        Finding(
            traceID: id(number), verdict: .masked, edgeService: "gateway", edgeRoute: "GET /orders/{id}",
            edgeHTTPCode: 200, edgeAnsweredOK: true, edgeSpan: SpanID(1), kind: .caught, maskService: "orders",
            maskOperation: "GET /orders/{id}", maskSpan: SpanID(2), originService: "inventory",
            originOperation: "POST /reserve", originClass: "http_5xx", originSpan: SpanID(3),
            startNanoseconds: start - second, durationNanoseconds: 250_000_000, spanCount: 7,
            decidedNanoseconds: decided, weight: weight)
    }

    /// The same trace after a late retry came in.
    static func recovered(_ number: Int, decided: UInt64 = start, weight: Double = 1) -> Finding {
        var finding = masked(number, decided: decided, weight: weight)
        finding.verdict = .recovered
        finding.kind = nil
        finding.maskService = ""
        finding.maskOperation = ""
        finding.maskSpan = nil
        return finding
    }

    static func failed(_ number: Int, decided: UInt64 = start, weight: Double = 1) -> Finding {
        var finding = recovered(number, decided: decided, weight: weight)
        finding.verdict = .failed
        finding.edgeHTTPCode = 500
        finding.edgeAnsweredOK = false
        return finding
    }
}

/// Verdicts of every sort over a few routes and patterns, so that revisions meet each other.
struct RandomFindings {
    var numbers: SeededNumbers
    let traces: Int

    init(seed: UInt64, traces: Int) {
        numbers = SeededNumbers(seed: seed)
        self.traces = traces
    }

    mutating func next(at decided: UInt64) -> Finding {
        let number = Int.random(in: 1...traces, using: &numbers)
        let verdict = pick(VerdictKind.allCases)
        let hides = [.masked, .degraded, .suspect].contains(verdict)
        let code: UInt16 = verdict == .failed ? 500 : pick([200, 200, 200, 404])
        var finding = Finding(
            traceID: Sample.id(number), verdict: verdict, state: pick([.provisional, .final]),
            edgeService: pick(["gateway", "web"]), edgeRoute: pick(["GET /a", "POST /b", "GET /c/{id}"]),
            edgeHTTPCode: code, edgeAnsweredOK: code < 400, edgeSpan: SpanID(1),
            kind: hides ? pick([.caught, .slow]) : nil,
            maskService: hides ? pick(["orders", "carts"]) : "", maskOperation: hides ? "op" : "",
            originService: pick(["stock", "mail"]), originOperation: "x", originClass: "http_5xx",
            startNanoseconds: decided, durationNanoseconds: UInt64(number), spanCount: 3, decidedNanoseconds: decided,
            weight: pick([1, 1, 2.5, 100]))
        if pick([true, false, false, false]) { addOthers(&finding) }
        return finding
    }

    private mutating func addOthers(_ finding: inout Finding) {
        let answeredOK = pick([true, false])
        finding.otherEdges = [
            OtherEdge(
                span: SpanID(9), service: "web", route: pick(["GET /a", "GET /page"]), httpCode: answeredOK ? 200 : 409,
                answeredOK: answeredOK, verdict: pick([.clean, .masked, .degraded]))
        ]
        finding.otherChains = [
            OtherChain(
                disposition: pick(Disposition.allCases),
                names: PatternNames(
                    edgeService: "web", edgeRoute: "GET /a", maskService: pick(["orders", "carts"]), kind: .caught,
                    originService: "stock"), originSpan: SpanID(10))
        ]
    }

    mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[Int.random(in: 0..<choices.count, using: &numbers)]
    }
}

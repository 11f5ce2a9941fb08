import Configuration
import Findings
import TraceModel

@testable import Alerting

/// A clock that stands still until a test moves it, and findings of one shop.
enum Sample {
    static let second: UInt64 = 1_000_000_000
    static let minute: UInt64 = 60 * second
    static let hour: UInt64 = 60 * minute
    static let day: UInt64 = 24 * hour
    /// 2026-01-02T03:04:00Z, the start of a minute.
    static let start: UInt64 = 1_767_323_040 * second

    static func id(_ number: Int) -> TraceID { TraceID(high: 0xA11CE, low: UInt64(number)) }

    /// A masked trace of the pattern with a number.
    static func masked(_ number: Int, pattern: Int = 0, at decided: UInt64 = start, edge: String = "gateway") -> Finding
    {
        Finding(
            traceID: id(number), verdict: .masked, edgeService: edge, edgeRoute: "GET /orders/{id}",
            edgeHTTPCode: 200, edgeAnsweredOK: true, edgeSpan: SpanID(1), kind: .caught, maskService: "orders",
            maskOperation: "GET /orders/{id}", maskSpan: SpanID(2), originService: "inventory-\(pattern)",
            originOperation: "POST /reserve", originClass: "http_5xx", originSpan: SpanID(3),
            startNanoseconds: decided, durationNanoseconds: 250_000_000, spanCount: 7, decidedNanoseconds: decided)
    }

    static func degraded(_ number: Int, pattern: Int = 0, at decided: UInt64 = start) -> Finding {
        var finding = masked(number, pattern: pattern, at: decided)
        finding.verdict = .degraded
        return finding
    }

    /// The same trace after a late retry came in.
    static func recovered(_ finding: Finding) -> Finding {
        var finding = finding
        finding.verdict = .recovered
        finding.kind = nil
        finding.maskService = ""
        finding.maskOperation = ""
        finding.maskSpan = nil
        return finding
    }

    static func rules(_ change: (inout AlertRules) -> Void = { _ in }) -> AlertRules {
        var rules = AlertRules()
        change(&rules)
        return rules
    }

    /// Rules of which only some that are built in speak.
    static func only(_ kept: BuiltInAlert...) -> AlertRules {
        rules { rules in
            for rule in BuiltInAlert.allCases where !kept.contains(rule) {
                rules.builtIn[rule] = rule.usual
                rules.builtIn[rule]?.isOn = false
            }
        }
    }
}

/// A core that is driven by hand, and everything that came out of it.
struct CoreDriver {
    var core: AlertCore
    let log = FindingsLog()
    var now = Sample.start
    private(set) var notices: [Notice] = []
    private(set) var changed: [AlertRecord] = []
    private(set) var dropped: [String] = []

    init(_ rules: AlertRules = AlertRules(), limits: AlertLimits = AlertLimits()) {
        core = AlertCore(rules, limits: limits, startedNanoseconds: Sample.start)
    }

    mutating func publish(_ finding: Finding) {
        guard let change = log.publish(finding) else { return }
        core.take(change, at: now)
        settle()
    }

    /// Lets time pass, with a tick each second (or in `step`), and messages at the moment when they are due.
    mutating func pass(_ nanoseconds: UInt64, step: UInt64 = Sample.second) {
        let end = now + nanoseconds
        while now < end {
            let tick = min(now + step, end)
            while let due = core.nextNoticeNanoseconds, due <= tick {
                now = max(now, due)
                settle()
            }
            now = tick
            core.tick(at: now)
            settle()
        }
    }

    mutating func settle() {
        core.tell(at: now) { _ in LedgerFigures(perMinute: 1, apparentRate: 0.99, realRate: 0.9) }
        let outcome = core.takeOutcome()
        notices += outcome.notices
        changed += outcome.changed
        dropped += outcome.droppedIDs
    }

    var firing: [AlertRecord] { core.activeRecords.filter { $0.alert.state == .firing } }
    func notices(_ kind: Notice.Kind) -> [Notice] { notices.filter { $0.kind == kind } }
}

import Foundation
import HTTP
import JSON
import Testing
import TraceModel

/// From spans over real sockets to alerts over the real API.
@Suite struct AlertTests {
    private let teller = OTLPProtobufTeller()
    private var now: UInt64 { UInt64(Date().timeIntervalSince1970 * 1e9) }

    private func alerts(_ collector: CollectorProcess, _ state: String) throws -> [JSONValue] {
        try JSONParser.parse(try collector.get("/api/v1/alerts?state=\(state)").body)["items"]?.array ?? []
    }

    private func seen(
        _ collector: CollectorProcess, _ state: String, seconds: Double = 10, _ isThere: ([JSONValue]) -> Bool
    ) throws -> [JSONValue] {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while Date() < deadline {
            let found = try alerts(collector, state)
            if isThere(found) { return found }
            usleep(2_000)
        }
        throw TestFailure("alerts that are \(state): \(try alerts(collector, state))")
    }

    @Test func aMaskedTraceIsToldBeforeItSettlesAndTakenBackWhenItWasRepaired() throws {
        let collector = try CollectorProcess(["--settle", "3s"])
        let id = SpanSamples.traceID()
        let spans = LifeSituation.recovered.spans(id, startNanoseconds: now)
        // The edge, and the first call with what failed behind it.
        let sent = Date()
        try teller.tell(Array(spans.prefix(3)), to: collector)
        let firing = try seen(collector, "firing") { !$0.isEmpty }
        // A provisional verdict is told long before the trace settles; the machine may be busy.
        #expect(Date().timeIntervalSince(sent) < 2)
        #expect(firing.count == 1 && firing[0]["rule"]?.string == "new_pattern")
        #expect(firing[0]["severity"]?.string == "page")
        #expect(firing[0]["traces"]?.array?.first?.string == id.description)
        // The call that worked comes late.
        try teller.tell(Array(spans.dropFirst(3)), to: collector)
        let ended = try seen(collector, "resolved") { !$0.isEmpty }
        #expect(ended[0]["id"]?.string == firing[0]["id"]?.string)
        #expect(ended[0]["resolvedReason"]?.string == "recovered")
        #expect(try alerts(collector, "firing,pending").isEmpty)
        #expect(try collector.stop() == 0)
    }

    @Test func aThousandTracesAreOneAlertAndItsTracesAreKept() throws {
        let collector = try CollectorProcess(["--hot", "1s"])
        var ids: [TraceID] = []
        for _ in 0..<200 {
            let id = SpanSamples.traceID()
            ids.append(id)
            try teller.tell(LifeSituation.masked.spans(id, startNanoseconds: now), to: collector)
        }
        let found = try seen(collector, "firing") { $0.first?["figures"]?["traces"]?.int64 == 200 }
        #expect(found.count == 1)
        #expect(try collector.metric(#"unmask_alerts{state="firing",severity="page"}"#) == 1)
        #expect(try collector.metric(#"unmask_alert_notices_total{kind="firing"}"#) == 1)
        let linked = (found[0]["traces"]?.array ?? []).compactMap(\.string)
        #expect(linked.count == 3)
        usleep(3_500_000)
        for id in linked { #expect(try collector.spans(of: id).count == 3) }
        #expect(try collector.stop() == 0)
    }

    @Test func alertsAndSilencesSurviveAKill() throws {
        let folder = TemporaryFolder()
        var collector = try CollectorProcess(folder: folder)
        try teller.tell(LifeSituation.masked.spans(SpanSamples.traceID(), startNanoseconds: now), to: collector)
        let before = try seen(collector, "firing") { !$0.isEmpty }
        #expect(try collector.metric("unmask_alert_write_failures_total") == 0)
        collector.send(SIGKILL)
        #expect(try collector.wait() == -SIGKILL)
        collector = try CollectorProcess(folder: folder)
        let after = try alerts(collector, "firing")
        #expect(after.map { $0["id"]?.string } == before.map { $0["id"]?.string })
        // The same pattern again is the same alert.
        try teller.tell(LifeSituation.masked.spans(SpanSamples.traceID(), startNanoseconds: now), to: collector)
        let counted = try seen(collector, "firing") { $0.first?["figures"]?["traces"]?.int64 ?? 0 >= 2 }
        #expect(counted.count == 1 && counted[0]["id"]?.string == before[0]["id"]?.string)
        #expect(try collector.stop() == 0)
    }

    @Test func otherRulesTakeEffectOnSIGHUP() throws {
        let folder = TemporaryFolder()
        let config = folder.file("rules.yaml")
        try Data("alerts: {built_in: {new_pattern: off}}".utf8).write(to: URL(fileURLWithPath: config))
        let collector = try CollectorProcess(["--config", config], folder: folder)
        try teller.tell(LifeSituation.masked.spans(SpanSamples.traceID(), startNanoseconds: now), to: collector)
        try collector.await("unmask_judgements_total") { $0 >= 1 }
        #expect(try alerts(collector, "firing").isEmpty)
        try Data("alerts: {rules: [{name: any, severity: info, when: {verdict: masked}}]}".utf8)
            .write(to: URL(fileURLWithPath: config))
        collector.send(SIGHUP)
        let deadline = Date(timeIntervalSinceNow: 10)
        while !collector.errorOutput.contains("are in force"), Date() < deadline { usleep(5_000) }
        try teller.tell(LifeSituation.masked.spans(SpanSamples.traceID(), startNanoseconds: now), to: collector)
        let found = try seen(collector, "firing") { !$0.isEmpty }
        #expect(found.map { $0["rule"]?.string } == ["any"])
        #expect(found.map { $0["severity"]?.string } == ["info"])
        #expect(try collector.stop() == 0)
    }
}

import Alerting
import Configuration
import Findings
import JSON
import Testing
import TraceModel

@testable import Exporters

@Suite struct MessageTests {
    private func writer(
        _ template: String? = nil, url: String = "https://unmask.example.com", style: MessageWriter.Style = .plain
    ) throws -> MessageWriter {
        MessageWriter(
            try template.map { text throws(MessageTemplate.Fault) in try MessageTemplate(text) },
            links: PageLinks(publicURL: url), style: style)
    }

    @Test func theUsualMessageSaysEverything() throws {
        let text = try writer().text(Samples.notice("mark"))
        for words in [
            "mark: the shop hides failures", "Failed: production/shop/catalog SELECT products (db)",
            "Swallowed: production/shop/bff /shop/{product} (caught)", "Confidence: strong",
            "Since: 2026-09-21", "Users' requests: 700",
            "https://unmask.example.com/#/trace/00000000000000010000000000000002 https://unmask.example.com/#/trace/",
            "Next: Look at production/shop/catalog for the cause, and at production/shop/bff",
            "unmask trace 00000000000000010000000000000002 --why",
        ] { #expect(text.contains(words), "\(words) is missing in:\n\(text)") }
        #expect(!text.contains("Over after") && !text.contains("Success as told"))
    }

    @Test func whatIsOverSaysWhy() throws {
        let text = try writer().text(Samples.notice("mark", kind: .resolved))
        #expect(text.hasPrefix("[resolved] ") && text.contains("Over after: 90 s (recovered)"))
    }

    @Test func linesWithoutAnythingToSayAreLeftOut() throws {
        let writer = try writer(
            "{{{severity}}}\n{lasted}{resolved_reason}\nkept\nreal {real_rate} of {traces}", url: "")
        #expect(writer.text(Samples.alert("m")) == "{page}\nkept\nreal  of 7")
    }

    @Test func withoutAPageExamplesAreIDs() throws {
        let writer = try writer("{examples}|{link}", url: "")
        let text = writer.text(Samples.alert("m"))
        #expect(text == "00000000000000010000000000000002 00000000000000030000000000000004|")
    }

    @Test func aThousandAlertsAreOneShortMessage() throws {
        var notice = Samples.notice("m")
        notice.alerts = (0..<1000).map { Samples.alert("m\($0)") }
        let text = try writer().text(notice)
        #expect(text.hasPrefix("1000 alerts, such as: m0") && text.contains("and 990 more"))
        #expect(text.utf8.count < 16_000)
        let slack = SlackFormat(words: try writer(style: .slack)).parcels(of: notice)
        #expect(slack.count == 1 && slack[0].body.count < 40_000 && slack[0].alerts.count == 1000)
        let duty = PagerDutyFormat(words: try writer()).parcels(of: notice)
        #expect(duty.count == 1 && duty[0].body.count < 512 * 1024)
        #expect(SlackFormat(words: try writer(style: .slack)).pages(of: notice).count == 1)
        let whole = AlertmanagerFormat(words: try writer()).pages(of: notice)
        #expect(whole.map(\.id) == ["notice-m", "notice-m.2"] && whole.map(\.alerts.count) == [500, 500])
        #expect(whole.allSatisfy { $0.body.count < QueueLimits().parcelBytesMax })
    }

    @Test func hostileNamesStayText() throws {
        var names = Samples.names
        names.originService = "<!channel> & <https://evil|click>\n\u{202E}{\"x\":1}"
        names.originOperation = "a\u{0}b\"]\\"
        var notice = Samples.notice("m")
        notice.alerts = [Samples.alert("m", names: names)]
        let slack = try writer(style: .slack).text(notice)
        #expect(!slack.contains("<") && slack.contains("&lt;!channel&gt; &amp; &lt;https://evil|click&gt;"))
        #expect(!slack.contains("\u{202E}") && !slack.contains("\u{0}"))
        let syslog = SyslogFormat(words: try writer(), facility: 16, hostName: "h o")
        notice.alerts[0].rule = "a\"b]c\\d\ne"
        let message = String(decoding: SyslogFormat.unpacked(syslog.parcels(of: notice)[0].body)[0], as: UTF8.self)
        #expect(message.contains(#"rule="a\"b\]c\\d e""#) && !message.contains("\n"))
        let statsd = StatsdFormat(prefix: "u.", hasTags: true).parcels(of: notice)[0].body
        #expect(String(decoding: statsd, as: UTF8.self) == "u.alerts.firing:1|c|#rule:a\"b]c\\d_e,severity:page\n")
    }

    @Test func statsdPacksLinesIntoDatagrams() {
        let lines = (0..<100).map { "unmask.some_counter_\($0):1|c\n" }.joined()
        let datagrams = StatsdFormat.datagrams(Array(lines.utf8))
        #expect(datagrams.count == 2 && datagrams.allSatisfy { $0.count <= 1400 })
        #expect(Array(datagrams.joined(separator: [10])).count == lines.utf8.count - 1)
    }

    @Test func alertmanagersLabelsIdentifyAndItsAnnotationsTell() throws {
        let format = AlertmanagerFormat(words: try writer())
        let parcel = format.parcels(of: Samples.notice("m"))[0]
        let text = String(decoding: parcel.body, as: UTF8.self)
        let labels = try #require(text.firstRange(of: "\"annotations\"")).lowerBound
        let trace = "00000000000000010000000000000002"
        #expect(!text[..<labels].contains(trace) && text[labels...].contains(trace))
        #expect(text.contains("\"alertname\":\"rule-m\"") && text.contains("\"fingerprint\":\""))
        #expect(!text.contains("endsAt") && parcel.standing.count == 1 && parcel.standing[0].body != nil)
        let again = AlertmanagerFormat.standing(parcel.standing[0].body ?? [], until: Samples.time)
        #expect(String(decoding: again, as: UTF8.self).hasSuffix(#","endsAt":"2026-09-21T14:13:20.000000000Z"}"#))
        let over = format.parcels(of: Samples.notice("m", kind: .resolved))[0]
        #expect(over.standing == [Parcel.Standing(alert: "alert-m", body: nil)])
        #expect(String(decoding: over.body, as: UTF8.self).contains("\"endsAt\""))
        #expect(AlertmanagerFormat.labelName("9 a-b") == "_9_a_b")
    }

    @Test func everyFindingIsALine() throws {
        let entries = (0..<3).map { number in
            FindingFeed.Entry(
                number: number + 1, toldNanoseconds: Samples.time + number,
                change: FindingsLog.Change(before: nil, after: Samples.finding(number)))
        }
        let format = JSONFormat(
            words: try writer(),
            finding: { finding, writer in
                writer.object { $0.field("traceId", finding.traceID.description) }
            }, isLines: true)
        let parcel = format.parcels(of: entries)[0]
        let lines = String(decoding: parcel.body, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 3 && lines.allSatisfy { $0.hasPrefix(#"{"type":"unmask.finding","change":"new""#) })
        #expect(parcel.id == "findings-\(Samples.time)-1-3")
    }
}

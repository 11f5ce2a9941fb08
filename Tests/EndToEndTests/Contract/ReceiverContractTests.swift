import Foundation
import JSON
import Testing
import TraceModel

/// The same situations, told in each format over real sockets to the real program, give the same verdicts.
@Suite struct ReceiverContractTests {
    static let tellers: [any SpanTeller] = [
        NativeTeller(), OTLPProtobufTeller(), OTLPJSONTeller(), OTLPCallTeller(), ZipkinTeller(),
        ZipkinProtobufTeller(), JaegerTeller(),
    ]

    @Test(arguments: tellers.indices) func everySituationIsJudgedAsItIs(number: Int) throws {
        let teller = Self.tellers[number]
        let collector = try CollectorProcess()
        let start = UInt64(Date().timeIntervalSince1970 * 1e9)
        let told = LifeSituation.allCases.map { ($0, SpanSamples.traceID()) }
        for (situation, id) in told { try teller.tell(situation.spans(id, startNanoseconds: start), to: collector) }
        for (situation, id) in told {
            let trace = try settled(id, collector)
            let verdict = trace["verdict"]
            let leading = verdict?["chains"]?.array?.first
            let note = "\(situation) told in \(teller.name)"
            #expect(verdict?["verdict"]?.string == situation.expected.verdict, "\(note)")
            if let kind = situation.expected.kind { #expect(leading?["kind"]?.string == kind, "\(note)") }
            let expected = situation.spans(id, startNanoseconds: start)
            #expect(trace["spans"]?.array?.count == expected.count, "\(note)")
            for span in expected { expectAttributes(of: span, in: trace, note) }
        }
        #expect(try collector.stop() == 0)
    }

    /// Every attribute that was sent can be read again, while the trace is hot.
    private func expectAttributes(of span: SpanDetail, in trace: JSONValue, _ note: String) {
        let found = trace["spans"]?.array?.first { $0["spanId"]?.string == span.spanID.description }
        for attribute in span.attributes {
            let value = found?["attributes"]?[attribute.key]
            let text = value?.string ?? value?.int64.map(String.init) ?? value?.bool.map(String.init)
            #expect(text == attribute.value.told, "\(note), \(span.name), \(attribute.key)")
        }
    }

    /// The trace once nothing more is expected of it.
    private func settled(_ id: TraceID, _ collector: CollectorProcess) throws -> JSONValue {
        let deadline = Date(timeIntervalSinceNow: 10)
        while Date() < deadline {
            let trace = try collector.trace(id.description)
            if let trace, trace["verdict"]?["state"]?.string == "final" { return trace }
            usleep(50_000)
        }
        return try collector.trace(id.description) ?? .null
    }
}

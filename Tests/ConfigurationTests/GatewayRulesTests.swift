import Testing

@testable import Configuration

/// The gateways of a configuration, and what is wrong with them.
@Suite struct GatewayRulesTests {
    private func gateways(_ text: String) throws -> [GatewayRule] { try RulesReader.rules(Array(text.utf8)).gateways }

    private func mistakes(_ text: String) -> [String] {
        do throws(ConfigurationError) {
            _ = try RulesReader.rules(Array(text.utf8))
            return []
        } catch {
            return error.mistakes.map { "\($0.place.line):\($0.place.column): \($0.message)" }
        }
    }

    @Test func aKnownFormat() throws {
        let gateway = try #require(
            try gateways("gateways: [{service: a/b/c, format: nginx, syslog: 'udp://[::1]:5514', edge: true}]").first)
        #expect(gateway.syslog == [SyslogListener(.udp, "[::1]:5514")])
        #expect(gateway.format.name == "nginx" && gateway.isEdge && gateway.files.isEmpty)
    }

    @Test func everyKnownFormatHasAName() throws {
        for format in LogFormat.known {
            #expect(try gateways("gateways: [{service: a, format: \(format.name), files: x}]")[0].format == format)
        }
    }

    @Test func aFormatOfOnesOwn() throws {
        let text = """
            gateways:
              - service: edge
                files: [a.log, b.log]
                answers_instead: {503: 200}
                format:
                  like: haproxy
                  pattern: '{time} {status} {who}'
                  fields: {trace: [who, else], client: who}
                  time_is: end
                  time_zone: '-05:30'
                  duration_unit: us
                  upstream_unit: ns
                  split_upstreams: true
            """
        let gateway = try #require(try gateways(text).first)
        #expect(gateway.files == ["a.log", "b.log"] && gateway.answersInstead == [503: 200])
        #expect(gateway.format.names(of: .trace) == ["who", "else"])
        #expect(gateway.format.names(of: .client) == ["who"] && gateway.format.names(of: .status) == ["status"])
        #expect(gateway.format.zoneSeconds == -19_800 && gateway.format.timeIs == .end)
        #expect(gateway.format.durationUnit == .microseconds && gateway.format.upstreamUnit == .nanoseconds)
        #expect(gateway.format.splitsUpstreams)
    }

    @Test func everyMistakeHasItsPlace() {
        let text = """
            gateways:
              - service: a
                format: ngin
                syslog: [127.0.0.1:5514, udp://x]
              - format: {pattern: 'none', time_is: begin, time_zone: CET, duration_unit: min, split_upstreams: 1}
                files: a
              - service: c
                format: {fields: {tracce: a}, pattern: '{a}{b}', like: {}}
                edge: maybe
                answers_instead: {503: 700}
            """
        let found = mistakes(text)
        #expect(
            found == [
                "3:13: no format is called 'ngin'; did you mean nginx?",
                "4:14: syslog must be like udp://127.0.0.1:5514 or tcp://..., not '127.0.0.1:5514'",
                "4:30: syslog must be like udp://127.0.0.1:5514 or tcp://..., not 'udp://x'",
                "5:5: a gateway needs service",
                "5:23: pattern can't be read: it names no field in braces",
                "5:40: time_is must be one of start, end, not 'begin'",
                "5:58: time_zone must be like +02:00, -0500 or Z, not 'CET'",
                "5:78: duration_unit must be one of s, ms, us, ns, not 'min'",
                "5:100: split_upstreams must be true or false",
                "7:5: a gateway needs files or syslog: where do its lines come from?",
                "8:23: fields knows no 'tracce'; did you mean trace?",
                "8:44: pattern can't be read: two fields stand side by side: what is between them ends the first",
                "8:60: like must be a text, not a mapping", "9:11: edge must be true or false",
                "10:23: answers_instead maps codes to codes, such as 503: 200",
            ])
    }

    @Test(arguments: ["{", "{a", "{}", "x", ""]) func patternsThatNameNothing(text: String) {
        #expect(throws: LinePattern.Fault.self) { try LinePattern(text) }
    }

    @Test func patterns() throws {
        let pattern = try LinePattern("<{a}> [{b}] {}, {c}")
        #expect(
            pattern.match(Array("<1> [x y] z, rest, of it".utf8)[...]) == ["a": "1", "b": "x y", "c": "rest, of it"])
        #expect(pattern.match(Array("<1> [x y z".utf8)[...]) == nil)
        #expect(pattern.match([]) == nil)
    }
}

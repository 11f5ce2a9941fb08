import Symbols
import Testing
import TraceModel

@testable import TraceStore

@Suite struct CallTallyTests {
    private let rig: StoreRig

    init() throws { rig = try StoreRig() }

    private func span(
        _ trace: TraceID, _ id: UInt64, parent: UInt64, _ kind: SpanKind, of service: String, to peer: String = "",
        milliseconds: UInt64 = 1, code: UInt16 = 200, status: SpanStatus = .unset
    ) -> SpanRow {
        var record = SpanRecord(
            spanID: SpanID(id), parentID: SpanID(parent), startNanoseconds: StoreRig.wall + id)
        record.set(durationNanoseconds: milliseconds * 1_000_000, httpCode: code)
        record.set(kind: kind, status: status, outcome: .none)
        record.hop = rig.hops.intern(
            Hop(
                service: rig.symbols.intern(service), name: rig.symbols.intern("step"),
                route: rig.symbols.intern("/r"), peer: rig.symbols.intern(peer), kind: kind, traits: .template))
        return SpanRow(traceID: trace, record: record)
    }

    private func settled(_ rows: [SpanRow]) -> [String: CallCount] {
        rig.add(rows)
        rig.wait(seconds: 20)
        _ = rig.settle()
        return calls
    }

    /// By `client>server connection`.
    private var calls: [String: CallCount] {
        let named = rig.store.callCounts().filter { $0.server.count > 0 }.map { count in
            let edge = count.edge
            let name = "\(rig.symbols.string(edge.client))>\(rig.symbols.string(edge.server)) \(edge.connection.name)"
            return (name, count)
        }
        return Dictionary(uniqueKeysWithValues: named)
    }

    @Test func twoHalvesAreOneCallWithBothTheirDurations() {
        let calls = settled([
            span(trace(1), 1, parent: 0, .server, of: "web", milliseconds: 30),
            span(trace(1), 2, parent: 1, .client, of: "web", to: "10.0.0.7:80", milliseconds: 20),
            span(trace(1), 3, parent: 2, .server, of: "shop", milliseconds: 10, code: 500),
        ])
        #expect(Set(calls.keys) == ["user>web virtual_node", "web>shop "])
        let call = calls["web>shop "]
        #expect(call?.client.count == 1 && call?.server.count == 1 && call?.failed == 1)
        #expect(call?.client.sumNanoseconds == 20_000_000 && call?.server.sumNanoseconds == 10_000_000)
        #expect(call?.exemplar?.traceID == trace(1))
        #expect(calls["user>web virtual_node"]?.failed == 0)
    }

    @Test func aCalleeWithoutSpansIsItsPeersName() {
        var query = span(trace(1), 2, parent: 1, .client, of: "web", to: "postgresql/shop", milliseconds: 4)
        query.record.evidence = [.database]
        let calls = settled([
            span(trace(1), 1, parent: 0, .server, of: "web"), query,
            span(trace(1), 3, parent: 1, .producer, of: "web", to: "orders"),
            span(trace(1), 4, parent: 1, .client, of: "web", to: "mail:25", status: .error),
            span(trace(1), 5, parent: 1, .client, of: "web"),
        ])
        #expect(
            Set(calls.keys) == [
                "user>web virtual_node", "web>postgresql/shop database", "web>orders messaging_system",
                "web>mail:25 virtual_node",
            ])
        #expect(calls["web>postgresql/shop database"]?.server.sumNanoseconds == 4_000_000)
        #expect(calls["web>mail:25 virtual_node"]?.failed == 1)
        #expect(rig.store.callsUnpaired.clients == 1)
    }

    @Test func aCallThatNeverArrivedCountsUnderTheServiceThatTheStepReachesOtherwise() {
        _ = settled([
            span(trace(1), 2, parent: 0, .client, of: "web", to: "10.0.0.7:80"),
            span(trace(1), 3, parent: 2, .server, of: "shop"),
        ])
        let calls = settled([
            span(trace(2), 2, parent: 0, .client, of: "web", to: "10.0.0.7:80", status: .error)
        ])
        #expect(calls["web>shop "]?.server.count == 2 && calls["web>shop "]?.failed == 1)
        #expect(calls.count == 1)
    }

    @Test func aMessageIsACallToWhoeverConsumesIt() {
        let calls = settled([
            span(trace(1), 2, parent: 0, .producer, of: "web", to: "orders"),
            span(trace(1), 3, parent: 2, .consumer, of: "stock"),
        ])
        #expect(Set(calls.keys) == ["web>stock messaging_system"])
    }

    @Test func halvesThatShareAnIdAreOneCall() {
        let calls = settled([
            span(trace(1), 2, parent: 1, .client, of: "web", to: "shop"),
            span(trace(1), 2, parent: 1, .server, of: "shop"),
        ])
        #expect(calls["web>shop "]?.server.count == 1)
        #expect(rig.store.callsUnpaired.servers == 0)
    }

    @Test func aServerWhoseCallerIsNotThereIsToldApart() {
        let calls = settled([span(trace(1), 3, parent: 99, .server, of: "shop")])
        #expect(calls.isEmpty)
        #expect(rig.store.callsUnpaired.servers == 1)
    }

    @Test func aTraceThatALateSpanOpensAgainIsNotCountedAgain() {
        let first = settled([
            span(trace(1), 1, parent: 0, .server, of: "web"),
            span(trace(1), 2, parent: 1, .client, of: "web", to: "db"),
        ])
        let second = settled([span(trace(1), 3, parent: 1, .internal, of: "web")])
        #expect(first.mapValues(\.server) == second.mapValues(\.server))
        #expect(rig.store.usage.spansLate == 1)
    }

    @Test func edgesBeyondTheBoundCountTogether() {
        for number in 0..<UInt64(CallTally.edgesMax + 50) {
            rig.add([span(trace(number + 1), 1, parent: 0, .server, of: "s\(number)")])
        }
        rig.wait(seconds: 20)
        _ = rig.settle()
        #expect(rig.store.callCounts().count == CallTally.edgesMax + 1)
        #expect(calls["(other)>(other) "]?.server.count == 50)
        #expect(rig.store.callCounts().reduce(0) { $0 + $1.server.count } == UInt64(CallTally.edgesMax + 50))
    }

    /// Against a count that anybody can check: each SERVER below a CLIENT of the trace is a call.
    @Test(arguments: [4, 23, 24, 25, 200, 511])
    func tracesOfEverySizeCountWhatTheirSpansSay(spans: Int) {
        var random = SeededNumber(seed: UInt64(spans))
        var rows: [SpanRow] = []
        for id in 1...UInt64(spans) {
            let kind: SpanKind = [.server, .client, .internal][Int(random.next() % 3)]
            rows.append(
                span(
                    trace(1), id, parent: id == 1 ? 0 : 1 + random.next() % (id - 1), kind, of: "s\(random.next() % 3)")
            )
        }
        let clients = Dictionary(
            uniqueKeysWithValues: rows.filter { $0.record.kind == .client }.map { ($0.record.spanID, $0.record.hop) })
        var expected: [String: UInt64] = [:]
        for row in rows where row.record.kind == .server {
            let callee = rig.symbols.string(rig.hops[row.record.hop].service)
            if let hop = clients[row.record.parentID] {
                expected["\(rig.symbols.string(rig.hops[hop].service))>\(callee) ", default: 0] += 1
            } else if row.record.parentID.isNone {
                expected["user>\(callee) virtual_node", default: 0] += 1
            }
        }
        let paired = Set(rows.filter { $0.record.kind == .server }.map(\.record.parentID))
        let counted = settled(rows)
        // A step without a peer that stayed alone counts under the service that it reached elsewhere in the trace, so
        // only the total is known of those.
        let alone = rows.filter { $0.record.kind == .client && !paired.contains($0.record.spanID) }.count
        let total = counted.values.reduce(0) { $0 + $1.server.count }
        #expect(total + rig.store.callsUnpaired.clients == expected.values.reduce(0, +) + UInt64(alone))
        for (name, calls) in expected { #expect(counted[name]?.server.count ?? 0 >= calls, "\(name)") }
    }
}

/// A number after another, all from a seed.
private struct SeededNumber {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

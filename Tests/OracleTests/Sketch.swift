import TraceModel
import UnmaskTestSupport

/// A trace written by hand: spans under names, times in milliseconds, judged when it is complete.
struct Sketch {
    private(set) var spans: [SpanFacts] = []
    private var ids: [String: SpanID] = [:]

    /// The place of a span in the tree and in time.
    struct Place {
        var under: String?
        var from: UInt64
        var to: UInt64
    }

    static func at(_ under: String?, _ from: UInt64, _ to: UInt64) -> Place {
        Place(under: under, from: from, to: to)
    }

    mutating func id(_ name: String) -> SpanID {
        if let known = ids[name] { return known }
        let id = SpanID(UInt64(ids.count + 1))
        ids[name] = id
        return id
    }

    func known(_ name: String) -> SpanID { ids[name] ?? .none }

    mutating func add(_ name: String, _ hop: Hop, _ place: Place, _ change: (inout SpanFacts) -> Void = { _ in }) {
        var span = SpanFacts(
            spanID: id(name), parentID: place.under.map { id($0) } ?? .none,
            startNanoseconds: 1_000_000_000 + place.from * 1_000_000,
            durationNanoseconds: (place.to - place.from) * 1_000_000, hop: hop, instance: hop.service)
        change(&span)
        spans.append(span)
    }

    mutating func server(_ name: String, _ service: UInt32, _ place: Place, code: UInt16 = 200, route: UInt32 = 0) {
        add(name, Self.hop(.server, service, route: route == 0 ? 100 + service : route), place) { $0.httpCode = code }
    }

    mutating func client(
        _ name: String, _ service: UInt32, to peer: UInt32, _ place: Place, code: UInt16 = 200, route: UInt32 = 0
    ) {
        let hop = Self.hop(.client, service, route: route == 0 ? 100 + peer : route, peer: peer)
        add(name, hop, place) {
            $0.httpCode = code
            if code >= 400 { $0.status = .error }
        }
    }

    mutating func change(_ name: String, _ change: (inout SpanFacts) -> Void) {
        guard let index = spans.firstIndex(where: { $0.spanID == ids[name] }) else { return }
        change(&spans[index])
    }

    static func hop(
        _ kind: SpanKind, _ service: UInt32, route: UInt32, peer: UInt32 = 0, method: RequestMethod = .get
    ) -> Hop {
        Hop(
            service: Symbol(10 + service), name: Symbol(2), route: Symbol(route),
            peer: Symbol(peer == 0 ? 0 : 50 + peer),
            kind: kind, method: method, traits: [.bareName, .template])
    }

    func judge(settled: Bool = true) -> OracleVerdict { NaiveOracle().verdict(of: spans, settled: settled) }
}

extension OracleVerdict {
    /// The only chain, where there is one.
    var chain: OracleChain? { chains.count == 1 ? chains.first : nil }
}

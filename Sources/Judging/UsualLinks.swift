import Symbols
import TraceModel
import Verdicts

/// One service calling another on a route, as clean traces do.
package struct UsualLink: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case http, grpc, db, message, other
    }

    package let from: String
    package let to: String
    package let kind: Kind
    /// Nobody reports spans for `to`: only its callers know it.
    package let isPeer: Bool
    package let callsPerTrace: Double

    package init(from: String, to: String, kind: Kind, isPeer: Bool, callsPerTrace: Double) {
        self.from = from
        self.to = to
        self.kind = kind
        self.isPeer = isPeer
        self.callsPerTrace = callsPerTrace
    }
}

extension RouteProfiles {
    /// Empty where nothing was learned; `route` as findings write it.
    package func links(service: String, route: String) -> [UsualLink] {
        guard let profile = profile(service: service, route: route) else { return [] }
        let hops = profile.usualSteps.map(\.hop)
        let calls = profile.usualCalls
        var answered: Set<Int> = []
        for (number, call) in calls.enumerated() {
            if let above = call.above, hops[above].service != hops[number].service { answered.insert(above) }
        }
        return hops.indices.compactMap { number in
            if let above = calls[number].above, hops[above].service != hops[number].service {
                return link(from: hops[above], to: hops[number].service, calls[number].perTrace, isPeer: false)
            }
            let hop = hops[number]
            guard hop.kind == .client || hop.kind == .producer, !hop.peer.isEmpty, !answered.contains(number) else {
                return nil
            }
            return link(from: hop, to: hop.peer, calls[number].perTrace, isPeer: true)
        }
    }

    private func link(from hop: Hop, to target: Symbol, _ calls: Double, isPeer: Bool) -> UsualLink {
        let name = symbols.string(target)
        return UsualLink(
            from: symbols.string(hop.service), to: isPeer && !name.hasPrefix("peer:") ? "peer:" + name : name,
            kind: kind(of: hop), isPeer: isPeer, callsPerTrace: calls)
    }

    private func kind(of hop: Hop) -> UsualLink.Kind {
        if hop.kind == .producer || hop.kind == .consumer { return .message }
        if hop.traits.contains(.rpc) { return .grpc }
        if hop.method != .none { return .http }
        let words = symbols.string(hop.route.isEmpty ? hop.name : hop.route).split(separator: " ")
        return Self.statements.contains(words.first?.uppercased() ?? "") ? .db : .other
    }

    /// Words that statements of databases begin with.
    private static let statements: Set<String> = [
        "SELECT", "INSERT", "UPDATE", "DELETE", "BEGIN", "COMMIT", "ROLLBACK", "MERGE", "UPSERT", "CALL", "GET", "SET",
        "HGET", "HSET", "MGET", "DEL", "FIND", "AGGREGATE",
    ]
}

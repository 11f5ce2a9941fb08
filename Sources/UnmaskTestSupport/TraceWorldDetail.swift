package import TraceModel

extension TraceWorld {
    /// A span whole, with names, as a client library would send it.
    package func detail(of facts: SpanFacts) -> SpanDetail {
        var detail = SpanDetail(
            traceID: traceID, spanID: facts.spanID, parentID: facts.parentID,
            startNanoseconds: facts.startNanoseconds, durationNanoseconds: facts.durationNanoseconds,
            resource: Self.resource(of: facts), name: WorldSymbols.string(facts.hop.name), kind: facts.kind)
        detail.status = facts.status
        detail.statusMessage = facts.status == .error ? WorldSymbols.string(facts.extra.errorType) : ""
        detail.httpCode = facts.httpCode
        detail.grpcCode = facts.grpcCode
        detail.method = facts.hop.method
        detail.route = WorldSymbols.string(facts.hop.route)
        detail.routeIsTemplate = facts.hop.traits.contains(.template)
        detail.peer = WorldSymbols.string(facts.hop.peer)
        detail.outcome = facts.outcome
        detail.outcomeReason = WorldSymbols.string(facts.extra.reason)
        detail.resends = UInt32(facts.resends)
        detail.answerBytes = facts.answerSize == 0 ? 0 : 1 << UInt64((facts.answerSize - 1) / 8)
        detail.errorType = WorldSymbols.string(facts.extra.errorType)
        detail.evidence = facts.evidence
        detail.proxyFlags = facts.proxyFlags
        detail.attributes = Self.attributes(of: facts)
        detail.events = Self.events(of: facts)
        return detail
    }

    package var details: [SpanDetail] { spans.map { detail(of: $0) } }

    private static func resource(of facts: SpanFacts) -> SpanResource {
        let names = WorldSymbols.string(facts.hop.service).split(separator: "/").map(String.init)
        return SpanResource(
            service: names.last ?? "", namespace: names.dropLast().joined(separator: "/"),
            instance: WorldSymbols.string(facts.instance),
            attributes: [SpanAttribute("telemetry.sdk.language", .string("swift"))])
    }

    private static func attributes(of facts: SpanFacts) -> [SpanAttribute] {
        var attributes = [SpanAttribute("world.weight", .int(Int64(facts.weight)))]
        if facts.hop.method != .none {
            attributes.append(SpanAttribute("http.request.method", .string(facts.hop.method.name)))
        }
        if facts.evidence.contains(.database) {
            let system = WorldSymbols.string(facts.hop.peer).split(separator: "/").first.map(String.init) ?? ""
            attributes.append(SpanAttribute("db.system.name", .string(system)))
        }
        if facts.hop.traits.contains(.rpc) {
            attributes.append(SpanAttribute("rpc.method", .string(WorldSymbols.string(facts.hop.route))))
        }
        return attributes
    }

    private static func events(of facts: SpanFacts) -> [SpanEvent] {
        guard facts.evidence.contains(.exceptionEvent) else { return [] }
        let type = WorldSymbols.string(facts.extra.errorType)
        return [
            SpanEvent(
                name: "exception", timeNanoseconds: facts.endNanoseconds,
                attributes: [SpanAttribute("exception.type", .string(type))])
        ]
    }
}

import TraceModel

/// Where a chain began, and with what kind of failure.
extension TraceTree {
    /// The deepest span with no failing child; of several, the one that failed most clearly.
    func betterOrigin(_ node: Int32, _ known: Int32) -> Int32 { isBetterOrigin(node, than: known) ? node : known }

    private func isBetterOrigin(_ node: Int32, than known: Int32) -> Bool {
        let nodeLeads = self[node].flags.contains(.hasFailingChild)
        let knownLeads = self[known].flags.contains(.hasFailingChild)
        if nodeLeads != knownLeads { return knownLeads }
        let nodeRepeats = repeatsCode(node)
        if nodeRepeats != repeatsCode(known) { return !nodeRepeats }
        let rank = clarity(node)
        let knownRank = clarity(known)
        if rank != knownRank { return rank > knownRank }
        if self[node].depth != self[known].depth { return self[node].depth > self[known].depth }
        return node < known
    }

    private func clarity(_ node: Int32) -> UInt8 {
        let outcome = self[node].outcome
        let isRepeat = kind(node) == .internal && span(node).hasCode
        switch outcome.kind {
        case .failed: return isRepeat ? 4 : 5 + outcome.strength.rawValue
        case .refused: return 3
        case .cancelled: return 2
        case .ok, .unknown: return 1
        }
    }

    func originPoint(of chain: Chain) -> ChainPoint {
        var point = originPoint(chain.origin)
        let hop = hop(chain.origin)
        // A CLIENT that was told OK, and whose callee usually tells as well.
        if chain.finding == .vanished, hop.kind == .client, !hop.peer.isEmpty, serverChild(of: chain.origin) < 0 {
            point.service = hop.peer
            point.isPeer = true
        }
        return point
    }

    private func originPoint(_ origin: Int32) -> ChainPoint {
        let hop = hop(origin)
        var point = ChainPoint(span: id(origin), service: hop.service, operation: operationName(hop))
        guard hop.kind == .client else { return point }
        let server = serverChild(of: origin)
        if server >= 0 && self[server].outcome.kind == .unknown {
            let callee = self.hop(server)
            return ChainPoint(span: id(server), service: callee.service, operation: operationName(callee))
        }
        if isUnseen(origin), !hop.peer.isEmpty {
            point.service = hop.peer
            point.isPeer = true
        }
        return point
    }

    func operationName(_ hop: Hop) -> Symbol { hop.route.isEmpty ? hop.name : hop.route }

    /// A failed CLIENT whose callee sent no span; databases send none and are named by their caller.
    private func isUnseen(_ client: Int32) -> Bool {
        !self[client].evidence.contains(.database) && serverChild(of: client) < 0 && self[client].outcome.kind != .ok
            && !masksItself(client)
    }

    func serverChild(of client: Int32) -> Int32 { self[client].serverChild }

    func classifyOrigins() {
        for index in chains.indices {
            let found = originClass(chains[index].origin)
            chains[index].originClass = found
        }
    }

    private func originClass(_ origin: Int32) -> OriginClass {
        let span = span(origin)
        if !span.proxyFlags.isDisjoint(with: .injections) { return .injected }
        if self[origin].evidence.contains(.database) { return .db }
        if isLateSuccess(origin) { return .timeoutLateSuccess }
        if self[origin].outcome.cause == .declared { return .business }
        return codeClass(span) ?? flagClass(span.proxyFlags) ?? evidenceClass(origin)
    }

    /// A CLIENT that gave up on a SERVER that finished its work.
    func isLateSuccess(_ origin: Int32) -> Bool {
        guard kind(origin) == .client else { return false }
        let server = serverChild(of: origin)
        guard server >= 0, self[server].outcome.kind == .ok, self[server].answer == .ok else { return false }
        let span = span(origin)
        if self[origin].evidence.contains(.timedOut) || span.grpcCode == .deadlineExceeded { return true }
        if span.httpCode == 504 || span.httpCode == 408 { return true }
        return !span.hasCode && span.saysError
            && self[origin].evidence.isDisjoint(with: .neverAnswered)
    }

    private func codeClass(_ span: SpanFacts) -> OriginClass? {
        if let code = span.grpcCode { return code == .ok ? nil : .grpc(code) }
        switch span.httpCode {
        case 408, 425, 429: return .throttled
        case 500...: return .http5xx
        case 400...: return .http4xx
        default: return nil
        }
    }

    private func flagClass(_ flags: ProxyFlags) -> OriginClass? {
        if flags.isDisjoint(with: .failures) { return flags.isDisjoint(with: .refusals) ? nil : .http4xx }
        if !flags.isDisjoint(with: .timeouts) { return .timeout }
        if !flags.isDisjoint(with: .unreached) { return .connect }
        return flags.isDisjoint(with: .overloads) ? .http5xx : .throttled
    }

    private func evidenceClass(_ origin: Int32) -> OriginClass {
        let evidence = self[origin].evidence
        if evidence.contains(.timedOut) { return .timeout }
        // A handshake that failed is reported as a connection that failed by some.
        if evidence.contains(.tlsFailed) { return .tls }
        if evidence.contains(.connectFailed) { return .connect }
        if !evidence.isDisjoint(with: .bodies) { return .business }
        let kind = kind(origin)
        if kind == .producer || kind == .consumer || !evidence.isDisjoint(with: .messages) {
            return .message
        }
        if !evidence.isDisjoint(with: .exceptions) { return .exception }
        if kind != .client { return self[origin].outcome.kind == .failed ? .exception : .unknown }
        if span(origin).hasCode || self[origin].outcome.kind != .failed { return .unknown }
        if serverChild(of: origin) >= 0 { return .unknown }
        return usuallyAnswers(origin) || peerAnswersElsewhere(origin) ? .vanished : .notInstrumented
    }

    /// The peer sends spans, as another call to it in this trace shows.
    private func peerAnswersElsewhere(_ origin: Int32) -> Bool {
        let peer = hop(origin).peer
        guard !peer.isEmpty else { return false }
        for node in topological where look() {
            if kind(node) == .client && hop(node).peer == peer && serverChild(of: node) >= 0 { return true }
        }
        return false
    }
}

import TraceModel

/// Sections 4.4 and 4.5 and the mask kinds: where an unrepaired failure turned into success, and how.
struct OracleMask {
    let chains: OracleChains

    var forest: OracleForest { chains.forest }
    var spans: [SpanFacts] { chains.forest.spans }

    func strength(of run: OracleRun) -> Confidence {
        let strongest = run.members.compactMap { chains.outcomes[$0].strength }.max() ?? .weak
        // An inner 4xx is weak by name, whatever an INTERNAL span below it says of the same refusal.
        let onlyRefused = run.tops.allSatisfy { chains.result($0) == .refused }
        return onlyRefused && strongest < .strong ? .weak : strongest
    }

    /// Where the failure arrives: the nearest SERVER or CONSUMER above, for one that masked itself the nearest that
    /// is no gateway, for a delivery the SERVER that published.
    func receiver(of top: Int) -> Int? {
        guard !forest.isEdge(top) else { return nil }
        let above = forest.lineage(of: top).filter { spans[$0].kind.answers }
        if isDelivery(top) { return above.first { spans[$0].kind == .server } ?? above.first }
        guard OracleOutcome.masksItself(spans[top]) else { return above.first }
        let passesOn = { chains.result($0) == .failed && !forest.isDetached(top) }
        return above.first { !spans[$0].evidence.contains(.gateway) || passesOn($0) }
    }

    /// The receiver failed too, so that nothing was hidden there: the failure went on with it.
    func passesOn(_ run: OracleRun, through receiver: Int) -> Bool {
        switch chains.result(receiver) {
        case .failed, .cancelled: true
        case .refused: strength(of: run) < .strong || spans[receiver].outcome == .expected
        case .ok, .unknown: false
        }
    }

    func point(of top: Int) -> Int? {
        if chains.outcomes[top].isWeak, spans[top].kind.answers { return top }
        if hasOwnServiceAsPoint(top) { return top }
        let itself = OracleOutcome.masksItself(spans[top]) || forest.isEdge(top)
        return receiver(of: top) ?? (itself ? top : nil)
    }

    /// 1.11; which span of that service is not known. A callee under such an orphan was answered there too.
    func hasOwnServiceAsPoint(_ top: Int) -> Bool {
        let way = [top] + forest.ancestors(of: top)
        guard let root = way.last, forest.isOrphan(root), !forest.isEdge(top) else { return false }
        return !spans[root].kind.answers && !way.dropFirst().contains { spans[$0].kind.answers }
    }

    /// The orphan at whose service a failure was swallowed.
    func orphan(above top: Int) -> Int { forest.ancestors(of: top).last ?? top }
}

// MARK: - 4.4

extension OracleMask {
    func isDelivery(_ top: Int) -> Bool {
        spans[top].kind == .consumer && !forest.isEdge(top)
    }

    /// A delivery that finally failed, or work that began after a 202 or a write had been answered.
    func isAfterAcknowledgement(_ top: Int) -> Bool {
        if isDelivery(top) { return chains.result(top) == .failed }
        if isPerhapsForgotten(top) { return true }
        guard let server = forest.ancestors(of: top).first(where: { spans[$0].kind.answers }) else { return false }
        let accepted = spans[server].httpCode == 202 || spans[server].hop.method.isWrite
        return accepted && OracleOutcome.answer(of: spans[server]) == .ok && forest.order(server, top) == .before
    }

    /// Nobody waits for such work, and whether it came after the answer nobody knows: its caller is missing.
    private func isPerhapsForgotten(_ top: Int) -> Bool {
        forest.isOrphan(top) && !forest.isEdge(top) && spans[top].hop.traits.contains(.bestEffort)
    }

    func isBestEffort(_ top: Int) -> Bool {
        ([top] + forest.ancestors(of: top).prefix { spans[$0].kind == .producer }).contains {
            spans[$0].hop.traits.contains(.bestEffort)
        }
    }
}

// MARK: - The kinds, first match

extension OracleMask {
    func kind(of top: Int) -> MaskKind {
        if isAfterAcknowledgement(top) { return .ackThenFailed }
        if let point = point(of: top), point != top, isDisguised(at: point) { return .disguised4xx }
        if contradictsItself(top) { return .contradiction }
        if failedAfterHeaders(top) { return .failedAfterHeaders }
        if isProtocol200(top) { return .protocol200 }
        if saysFailure(top) { return .businessError }
        if isRewritten(top) { return .rewritten }
        return .caught
    }

    private func isDisguised(at point: Int) -> Bool {
        spans[point].kind == .server && chains.result(point) == .refused
    }

    private func is200(_ index: Int) -> Bool {
        (200..<400).contains(spans[index].httpCode) && spans[index].grpcCode == nil
    }

    private func contradictsItself(_ top: Int) -> Bool {
        is200(top) && !spans[top].proxyFlags.isDisjoint(with: ProxyFlags.failures.subtracting(.afterHeaders))
    }

    private func failedAfterHeaders(_ top: Int) -> Bool {
        let said = spans[top].kind == .server && OracleOutcome.hasExplicitError(spans[top])
        return is200(top) && (said || !spans[top].proxyFlags.isDisjoint(with: .afterHeaders))
    }

    private func isProtocol200(_ top: Int) -> Bool {
        let marks: Evidence = [.graphqlErrors, .jsonRPCError, .jsonRPCRefused, .problemJSON]
        if OracleOutcome.answer(of: spans[top]) == .ok, !spans[top].evidence.isDisjoint(with: marks) { return true }
        guard let code = spans[top].grpcCode, code != .ok, let point = point(of: top) else { return false }
        let isItsOwn = spans[top].kind != .client || spans[top].hop.service == spans[point].hop.service
        return spans[point].evidence.contains(.gateway) && is200(point) && isItsOwn
    }

    private func saysFailure(_ top: Int) -> Bool {
        OracleOutcome.answer(of: spans[top]) == .ok
            && (spans[top].evidence.contains(.businessFailure) || spans[top].outcome == .failure)
    }

    /// By a gateway, or by something without spans between a CLIENT's 2xx and the failure that its SERVER answered.
    private func isRewritten(_ top: Int) -> Bool {
        if let point = point(of: top), point != top, spans[point].evidence.contains(.gateway) { return true }
        guard spans[top].kind == .server, OracleOutcome.answer(of: spans[top]) == .failed else { return false }
        guard let up = forest.parent[top], spans[up].kind == .client else { return false }
        return OracleOutcome.answer(of: spans[up]) == .ok
    }
}

import TraceModel

/// Sections 4.1 to 4.3: what makes a chain expected, recovered or degraded. Each rule speaks about one top of it.
struct OracleRepair {
    let chains: OracleChains

    var forest: OracleForest { chains.forest }
    var spans: [SpanFacts] { chains.forest.spans }

    /// The first rule that holds for every attempt of the chain.
    func disposition(of run: OracleRun) -> (Disposition, MaskKind?)? {
        plainDisposition(of: run) ?? OracleLostAnswer(chains: chains, repair: self).disposition(of: run)
    }

    /// By what is there alone.
    func plainDisposition(of run: OracleRun) -> (Disposition, MaskKind?)? {
        let tops = run.tops.flatMap { core(of: $0, in: run) }
        let expected = { isExpected($0) && !disguisesFailure($0, in: run) }
        if tops.allSatisfy(expected) { return (.expected, nil) }
        if tops.allSatisfy({ isRecovered($0) || expected($0) }) || tops.contains(where: isDetachedAttempt) {
            return (.recovered, nil)
        }
        if tops.contains(where: isPerhapsRecovered) { return (.suspect, .caught) }
        return degraded(tops, in: run)
    }

    /// Below weak evidence that only speaks of the failure under it, the failure itself.
    private func core(of top: Int, in run: OracleRun) -> [Int] {
        guard chains.outcomes[top].isWeak else { return [top] }
        let below = forest.children[top].filter { run.members.contains($0) }
        return below.isEmpty ? [top] : below.flatMap { core(of: $0, in: run) }
    }
}

// MARK: - 4.1 expected

extension OracleRepair {
    func isExpected(_ top: Int) -> Bool {
        spans[top].outcome == .expected || isAbsenceUnderOK(top) || isConditionalWrite(top)
            || isAnsweredChallenge(top) || isHedgeLoser(top) || isCancelledAfterAnswer(top) || isSynthetic(top)
    }

    /// A 404 that something made of a 5xx below it is no answer, unless the service said itself that it is.
    private func disguisesFailure(_ top: Int, in run: OracleRun) -> Bool {
        chains.result(top) == .refused && spans[top].outcome != .expected
            && run.members.contains { chains.outcomes[$0].strength == .strong }
    }

    /// A span whose parent is missing hangs under its edge.
    private func hasOKParent(_ top: Int) -> Bool {
        guard !forest.isEdge(top), let up = forest.lineage(of: top).first else { return false }
        return chains.result(up) == .ok
    }

    private func isAbsenceUnderOK(_ top: Int) -> Bool {
        let span = spans[top]
        guard hasOKParent(top), chains.result(top) == .refused else { return false }
        if let code = span.grpcCode { return code == .notFound || code == .alreadyExists }
        let asks = span.hop.method.isSafe || span.evidence.contains(.cacheOrObjectStore)
        return asks && [304, 404, 410, 412, 416].contains(span.httpCode)
    }

    private func isConditionalWrite(_ top: Int) -> Bool {
        let span = spans[top]
        return span.evidence.contains(.conditional) && span.hop.method.isWrite && [409, 412].contains(span.httpCode)
            && hasOKParent(top)
    }

    /// 401 or 407 followed, under the same parent and target, by success.
    private func isAnsweredChallenge(_ top: Int) -> Bool {
        guard [401, 407].contains(spans[top].httpCode) else { return false }
        return forest.siblings(of: top).contains { other in
            spans[other].kind == spans[top].kind && chains.hasSamePeer(other, top) && chains.result(other) == .ok
                && (forest.order(top, other) == .before || spans[other].resends > spans[top].resends)
        }
    }

    /// How far apart the winner's end and the loser's may lie.
    static let hedgeSlackNanoseconds: UInt64 = 10_000_000

    private func isHedgeLoser(_ top: Int) -> Bool {
        guard chains.result(top) == .cancelled else { return false }
        return forest.siblings(of: top).contains { winner in
            spans[winner].kind == spans[top].kind && chains.isSameOperation(winner, top) ?? false
                && chains.result(winner) == .ok && forest.order(winner, top) == .overlapping
                && spans[top].endNanoseconds + Self.hedgeSlackNanoseconds >= spans[winner].endNanoseconds
        }
    }

    private func isCancelledAfterAnswer(_ top: Int) -> Bool {
        guard chains.result(top) == .cancelled, let up = forest.parent[top] else { return false }
        guard let (a, b) = forest.lifted(top, up), a != b else { return false }
        return chains.result(up) == .ok && spans[a].endNanoseconds >= spans[b].endNanoseconds
    }

    private func isSynthetic(_ top: Int) -> Bool {
        ([top] + forest.lineage(of: top)).contains { spans[$0].evidence.contains(.synthetic) }
    }
}

// MARK: - 4.2 recovered

extension OracleRepair {
    func isRecovered(_ top: Int) -> Bool {
        !forest.isEdge(top)
            && (hasLaterSuccess(top) || isRetryBelowInstrumentation(top) || hasLaterSuccessInStep(top))
    }

    /// If the last attempt failed, nothing recovered.
    private func hasLaterSuccess(_ top: Int) -> Bool {
        spans.indices.contains { success in
            chains.result(success) == .ok && chains.isLaterAttempt(success, of: top)
                && !spans.indices.contains { isFailedAttempt($0) && chains.isLaterAttempt($0, of: success) }
        }
    }

    /// Attempts that stand each in a step of its own; the last of them counts.
    private func hasLaterSuccessInStep(_ top: Int) -> Bool {
        let isStep = spans[top].kind == .internal
        let failed = isStep ? forest.children[top].filter { chains.isFailing($0) } : [top]
        guard let call = failed.first(where: { spans[$0].kind == .client }),
            let step = isStep ? top : forest.parent[top], spans[step].kind == .internal,
            isStep || chains.result(step) == .ok
        else { return false }
        let later = forest.siblings(of: step).filter {
            spans[$0].kind == .internal && forest.order(step, $0) == .before
        }
        let again = later.flatMap { forest.children[$0] }.filter { isSameCallElsewhereInTime($0, call) }
        let last = again.filter { one in !again.contains { forest.order(one, $0) == .before } }
        return !last.isEmpty && last.allSatisfy { chains.result($0) == .ok }
    }

    private func isSameCallElsewhereInTime(_ left: Int, _ right: Int) -> Bool {
        spans[left].kind == spans[right].kind && spans[left].hop.method == spans[right].hop.method
            && spans[left].hop.service == spans[right].hop.service && chains.hasSamePeer(left, right)
            && chains.isSameOperation(left, right) ?? false
    }

    private func isFailedAttempt(_ index: Int) -> Bool {
        chains.isFailing(index) && chains.result(index) != .ok
    }

    /// Several SERVER children under one OK CLIENT, the last of them OK.
    private func isRetryBelowInstrumentation(_ top: Int) -> Bool {
        guard spans[top].kind == .server, let up = forest.parent[top] else { return false }
        guard spans[up].kind == .client, chains.result(up) == .ok else { return false }
        return forest.children[up].contains { isServerSuccess($0) && forest.order(top, $0) != .after }
    }

    private func isServerSuccess(_ index: Int) -> Bool {
        spans[index].kind == .server && chains.result(index) == .ok
    }

    /// For want of an edge an orphan that answered stands for one, and may be an attempt all the same.
    private func isSuccessWithoutCaller(_ index: Int) -> Bool {
        spans[index].kind == .server && chains.result(index) == .ok && lacksCaller(index)
    }

    /// Its caller's span is missing; with shared ids it then hangs under the caller's own parent.
    private func lacksCaller(_ index: Int) -> Bool {
        guard let up = forest.parent[index] else { return forest.isOrphan(index) }
        return !forest.isEdge(index) && spans[up].kind != .client
    }

    private func isOfOneRoute(_ left: Int, _ right: Int) -> Bool {
        let (a, b) = (spans[left].hop, spans[right].hop)
        return a.service == b.service && a.method == b.method && chains.isSameOperation(left, right) ?? false
    }

    /// A detached failing SERVER beside another, OK and not earlier, of its service and route.
    private func isDetachedAttempt(_ top: Int) -> Bool {
        detachedSuccesses(of: top).contains { isNotEarlier($0, than: top) ?? false }
    }

    /// Such a success may have come before or after: nothing is claimed.
    private func isPerhapsRecovered(_ top: Int) -> Bool {
        !forest.isEdge(top) && detachedSuccesses(of: top).contains { isNotEarlier($0, than: top) == nil }
    }

    /// Nil where nobody knows.
    private func isNotEarlier(_ other: Int, than top: Int) -> Bool? {
        let answering = spans[top].kind == .client ? chains.serverChild(of: top) ?? top : top
        guard let (a, b) = forest.lifted(other, answering), a != b else { return nil }
        return spans[a].startNanoseconds >= spans[b].startNanoseconds
    }

    /// Or a failed CLIENT with a failed server child whose OK attempt is detached.
    private func detachedSuccesses(of top: Int) -> [Int] {
        let above = Set([top] + forest.ancestors(of: top))
        if spans[top].kind == .server, lacksCaller(top) {
            return spans.indices.filter { other in
                (isServerSuccess(other) || isSuccessWithoutCaller(other)) && !above.contains(other)
                    && isOfOneRoute(top, other)
            }
        }
        guard spans[top].kind == .client, let server = chains.serverChild(of: top), chains.isFailing(server) else {
            return []
        }
        return spans.indices.filter {
            isSuccessWithoutCaller($0) && !above.contains($0) && isOfOneRoute(server, $0)
        }
    }
}

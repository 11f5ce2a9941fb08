import TraceModel

/// A connected run of failing spans, or one span that shows a finding without a failure.
struct Chain {
    /// What made the chain where no span failed.
    enum Finding: UInt8 {
        case failure
        case partial
        case stale
        case retried
        /// Against what is usual for the route.
        case vanished
        case errorPage
        case unusualSize
        case slow
    }

    var top: Int32
    var origin: Int32
    var finding = Finding.failure
    var originClass = OriginClass.unknown
    var strength: Confidence
    var attempts: UInt32 = 1
    /// Where failure turned into success; -1 where that span is missing.
    var maskPoint: Int32 = -1
    var decision = Decision(.failed, .noRepair, .strong)
    var isDecided = false
    /// Another chain tells the same: a failure that this declaration speaks of.
    var isToldElsewhere = false
}

/// Failing spans linked by parenthood are one chain. A failure that an OK INTERNAL span passed through still reached
/// the failing SERVER above it: instrumentation keeps handled errors off the spans between.
extension TraceTree {
    func findChains() {
        chains.removeAll(keepingCapacity: true)
        for node in topological where isFailing(node) { reach(node) }
        for node in topological.reversed() where isFailing(node) { strengthen(node) }
        for node in topological {
            if isFailing(node) { join(node) }
            if self[node].chain < 0 { note(node) }
        }
    }

    /// Findings that no failing span shows: what the answer declares, and retries that left no other mark.
    private func note(_ node: Int32) {
        guard edges.isEmpty || self[node].edge >= 0, let finding = finding(of: node) else { return }
        self[node].chain = Int32(truncatingIfNeeded: chains.count)
        var chain = Chain(top: node, origin: node, strength: .weak)
        chain.finding = finding
        chain.attempts = UInt32(span(node).resends) + 1
        chains.append(chain)
    }

    private func finding(of node: Int32) -> Chain.Finding? {
        guard self[node].outcome.kind == .ok else { return nil }
        let parent = self[node].parent
        if isDeclaredPartial(node) { return parent >= 0 && isDeclaredPartial(parent) ? nil : .partial }
        if self[node].evidence.contains(.staleAnswer) {
            return parent >= 0 && self[parent].evidence.contains(.staleAnswer) ? nil : .stale
        }
        return span(node).resends > 0 && !showsFailedAttempt(node) ? .retried : nil
    }

    /// The attempts before this one are in the trace, beside it or below it.
    private func showsFailedAttempt(_ node: Int32) -> Bool {
        self[node].flags.contains(.explained)
    }

    private func reach(_ node: Int32) {
        let parent = self[node].parent
        guard parent >= 0 else { return }
        let above = self[parent].answerer
        if !self[node].outcome.isHint {
            self[parent].flags.insert(.explained)
            if above >= 0 { self[above].flags.insert(.explained) }
        }
        guard !isTopEdge(node), calls[Int(self[node].call)].repair < 0 else { return }
        if isFailing(parent) {
            if joins(node, parent) { self[node].reached = parent }
            if self[node].reached >= 0 || kind(parent).answers { return }
        }
        if isAbsence(node) { return }
        if kind(node) == .consumer && kind(parent) == .producer { return }
        let point = masksItself(node) ? self[parent].reader : above
        guard point >= 0 else { return }
        if isFailing(point) {
            if joins(node, point) { self[node].reached = point }
        } else if self[point].outcome.kind == .unknown, !isTopEdge(point), self[point].parent >= 0,
            isFailing(self[point].parent)
        {
            // A SERVER that says nothing at all neither hid nor told what its failing caller saw.
            self[node].reached = self[point].parent
        }
    }

    /// A span that is ok and only noted something stands between chains, unless it is a step within a process.
    private func joins(_ node: Int32, _ above: Int32) -> Bool {
        guard self[above].outcome.isHint else { return true }
        return (kind(above) == .internal || kind(above) == .unspecified) && !isAbsence(node)
    }

    /// From the leaves up. A refused SERVER over a strong failure ends the chain: there a failure turned into a
    /// refusal. An INTERNAL span adds nothing to what it passed on.
    private func strengthen(_ node: Int32) {
        let own = self[node].outcome.strength
        let isStep = kind(node) == .internal && self[node].flags.contains(.hasFailingChild)
        self[node].strength = isStep ? self[node].strength : max(self[node].strength, own)
        let above = self[node].reached
        guard above >= 0 else { return }
        if self[above].outcome.kind == .refused && kind(above) == .server {
            if self[node].strength == .strong {
                self[node].reached = -1
                return
            }
        } else {
            self[above].strength = max(self[above].strength, self[node].strength)
        }
        if explains(node, above) { self[above].flags.insert(.hasFailingChild) }
    }

    /// Whether the lower span is where to look further: not one that only repeats or noted something, and not a callee
    /// that was cancelled because its caller had given up.
    private func explains(_ node: Int32, _ above: Int32) -> Bool {
        if self[node].outcome.isHint && !self[above].outcome.isHint { return false }
        if self[node].outcome.kind == .cancelled && self[above].outcome.kind == .failed { return false }
        return !repeatsCode(node)
    }

    private func saysTheSame(_ left: Int32, _ right: Int32) -> Bool {
        let one = span(left)
        let other = span(right)
        if let code = one.grpcCode { return other.grpcCode == code }
        return one.httpCode == other.httpCode && one.httpCode != 0
    }

    /// An INTERNAL span that only repeats the code of the SERVER around it.
    func repeatsCode(_ node: Int32) -> Bool {
        guard kind(node) == .internal, span(node).hasCode else { return false }
        let server = self[node].answerer
        return server < 0 || saysTheSame(node, server)
    }

    private func join(_ node: Int32) {
        guard isJudged(node) else { return }
        let above = self[node].reached
        if above >= 0, self[above].chain >= 0 { return extend(self[above].chain, with: node) }
        let call = Int(self[node].call)
        if calls[call].chain >= 0 { return extend(calls[call].chain, with: node) }
        calls[call].chain = Int32(truncatingIfNeeded: chains.count)
        self[node].chain = calls[call].chain
        chains.append(
            Chain(
                top: calls[call].first, origin: node, strength: self[node].strength, attempts: calls[call].attempts))
    }

    /// What lies above the edges, or only repeats what is told elsewhere, makes no chain.
    private func isJudged(_ node: Int32) -> Bool {
        if !edges.isEmpty && self[node].edge < 0 { return false }
        if self[node].outcome.isHint && self[node].flags.contains(.explained) && self[node].reached < 0 {
            return self[node].flags.contains(.hasFailingChild)
        }
        return !(self[node].flags.contains(.detached) && self[node].reached < 0 && repeatsCode(node))
    }

    private func extend(_ chain: Int32, with node: Int32) {
        self[node].chain = chain
        if self[node].reached < 0 {
            chains[Int(chain)].strength = max(chains[Int(chain)].strength, self[node].strength)
        }
        chains[Int(chain)].attempts = max(chains[Int(chain)].attempts, calls[Int(self[node].call)].attempts)
        let origin = betterOrigin(node, chains[Int(chain)].origin)
        chains[Int(chain)].origin = origin
    }
}

import TraceModel

/// What became of one chain, by which rule, and how surely.
struct Decision {
    var disposition: Disposition
    var rule: ChainRule
    var confidence: Confidence
    var kind: MaskKind?
    /// The other span that the rule speaks of: the attempt that worked, the substitute, the winner.
    var witness: Int32

    init(
        _ disposition: Disposition, _ rule: ChainRule, _ confidence: Confidence, kind: MaskKind? = nil,
        witness: Int32 = -1
    ) {
        self.disposition = disposition
        self.rule = rule
        self.confidence = confidence
        self.kind = kind
        self.witness = witness
    }
}

/// Section 4, first match. Every rule is asked in the order of the contract.
extension TraceTree {
    /// Bounds the rules that look at siblings one by one, in all chains together.
    static var looksMax: Int { 4_000_000 }

    func decide(_ rules: JudgeRules) {
        var undecided: [Int] = []
        for index in chains.indices {
            if let decision = early(chains[index], rules) {
                settle(decision, on: index)
            } else if hangsBelowLostAnswer(chains[index]) {
                undecided.append(index)
            } else {
                settle(late(chains[index], rules), on: index)
            }
        }
        declarers.removeAll(keepingCapacity: true)
        // These ask what became of the others.
        for index in undecided { settle(lostAttempt(chains[index]) ?? late(chains[index], rules), on: index) }
        for index in chains.indices where chains[index].finding == .failure { silenceDeclaration(of: index) }
    }

    private func settle(_ decision: Decision, on index: Int) {
        chains[index].decision = tempered(decision, chains[index])
        chains[index].isDecided = true
    }

    /// A declaration that speaks of a failure in the trace is no finding of its own.
    private func silenceDeclaration(of index: Int) {
        let decision = chains[index].decision
        guard decision.disposition == .degraded, decision.rule == .staleAnswer || decision.rule == .declaredPartial
        else { return }
        if declarers.isEmpty { nameDeclarers() }
        guard decision.witness >= 0 else { return }
        let declarer = Int(declarers[Int(decision.witness)])
        if declarer >= 0 { chains[declarer].isToldElsewhere = true }
    }

    /// For every span the chain of the nearest finding without a failure, at it or above it.
    private func nameDeclarers() {
        declarers.append(contentsOf: repeatElement(-1, count: nodes.count))
        for node in topological {
            let chain = self[node].chain
            if chain >= 0, chains[Int(chain)].finding != .failure, chains[Int(chain)].finding != .slow {
                declarers[Int(node)] = chain
            } else if self[node].parent >= 0 {
                declarers[Int(node)] = declarers[Int(self[node].parent)]
            }
        }
    }

    /// The rules that ask for no more than the chain and what stands around it.
    private func early(_ chain: Chain, _ rules: JudgeRules) -> Decision? {
        if chain.finding != .failure { return foundDecision(chain) }
        return edgeDecision(chain) ?? expected(chain, rules)
            ?? recovered(chain) ?? triedAgainInStep(chain) ?? degraded(chain, rules)
    }

    private func late(_ chain: Chain, _ rules: JudgeRules) -> Decision {
        perhapsTold(chain) ?? leftOpen(chain) ?? afterAnswer(chain) ?? listedAsBestEffort(chain, rules)
            ?? masked(chain, rules)
    }

    /// A chain that reached the edge is told honestly where the edge's answer says so.
    private func edgeDecision(_ chain: Chain) -> Decision? {
        let top = chain.top
        if isTopEdge(top) {
            if self[top].outcome.kind == .cancelled { return Decision(.expected, .callerLeft, .strong) }
            switch self[top].answer {
            case .failed: return Decision(.failed, .edgeAnsweredFailure, chain.strength)
            case .refused: return Decision(.expected, .edgeAnsweredRefusal, .strong)
            case .ok, .cancelled, .unknown: return nil
            }
        }
        return nil
    }

    /// Whether a detached failure reached an edge that answered alike is unknown; nothing speaks for a mask.
    private func perhapsTold(_ chain: Chain) -> Decision? {
        guard self[chain.top].flags.contains(.detached), self[chain.top].edge >= 0 else { return nil }
        let edge = edges[Int(self[chain.top].edge)].node
        guard chain.maskPoint < 0 || chain.maskPoint == edge else { return nil }
        switch self[edge].answer {
        case .failed: return Decision(.failed, .edgeAnsweredFailure, .medium)
        case .refused, .cancelled:
            return chain.strength == .weak ? Decision(.expected, .edgeAnsweredRefusal, .medium) : nil
        case .ok, .unknown: return nil
        }
    }

    /// What hangs in the air is never strong, and no mask without an edge that was told OK.
    private func tempered(_ decision: Decision, _ chain: Chain) -> Decision {
        var decision = decision
        let isDetached = self[chain.top].flags.contains(.detached)
        if isDetached { decision.confidence = min(decision.confidence, .medium) }
        if decision.disposition.rawValue > Disposition.recovered.rawValue, isTold(chain) {
            return Decision(.failed, .edgeAnsweredFailure, decision.confidence)
        }
        guard decision.disposition == .masked else { return decision }
        let edge = self[chain.top].edge
        let isRefusedAnyway = isDetached && edge >= 0 && self[edges[Int(edge)].node].answer == .refused
        if edge < 0 || isRefusedAnyway { decision.disposition = .suspect }
        return decision
    }

    /// Whoever would have hidden the failure answered with one.
    private func isTold(_ chain: Chain) -> Bool {
        chain.maskPoint >= 0 && chain.maskPoint != chain.top && self[chain.maskPoint].answer == .failed
    }

    /// The span above the chain answered, or would have, as if nothing had happened.
    func isUnderOK(_ top: Int32) -> Bool {
        let parent = self[top].parent
        if parent >= 0 { return self[parent].outcome.kind == .ok || self[parent].outcome.kind == .unknown }
        guard self[top].edge >= 0 else { return false }
        return self[edges[Int(self[top].edge)].node].answer == .ok
    }

    /// Spends one look; false when there are none left.
    func look() -> Bool {
        looksLeft -= 1
        return looksLeft >= 0
    }
}

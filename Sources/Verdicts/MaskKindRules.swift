import TraceModel

/// How a failure was hidden, first match.
extension TraceTree {
    func maskKind(of chain: Chain) -> MaskKind {
        if isDisguised(chain) { return .disguised4xx }
        if masksItself(chain.top), let kind = ownMaskKind(chain.top) { return kind }
        let point = chain.maskPoint
        if isForwarded(chain.top, by: point) || isForwarded(chain.top, by: self[chain.top].parent) {
            return .protocol200
        }
        let isGateway = point >= 0 && self[point].flags.contains(.gateway)
        return isGateway || isRewritten(chain.top) ? .rewritten : .caught
    }

    /// A gRPC failure under the HTTP 200 of a gateway.
    private func isForwarded(_ top: Int32, by gateway: Int32) -> Bool {
        guard gateway >= 0, self[gateway].flags.contains(.gateway), span(top).grpcCode != nil else { return false }
        // It forwards what it was answered; a call that somebody behind it made was caught there.
        guard kind(top) != .client || hop(top).service == hop(gateway).service else { return false }
        return span(gateway).httpCode == 200 && span(gateway).grpcCode == nil
    }

    /// A server's failure, told as the caller's fault by the mask point or on the way to it.
    private func isDisguised(_ chain: Chain) -> Bool {
        guard chain.strength == .strong else { return false }
        let point = chain.maskPoint
        if point >= 0 && point != chain.top && self[point].answer == .refused { return true }
        return self[chain.top].answer == .refused && self[chain.top].outcome.kind == .refused
    }

    /// A span whose own wire said OK: the flags, the status or the body tell how.
    private func ownMaskKind(_ top: Int32) -> MaskKind? {
        let span = span(top)
        let broken = span.proxyFlags.intersection(.failures)
        switch self[top].outcome.cause {
        case .proxy:
            let isBroken = !broken.isEmpty && broken.isSubset(of: .afterHeaders)
            return isBroken ? .failedAfterHeaders : .contradiction
        case .status:
            if !broken.isEmpty { return broken.isSubset(of: .afterHeaders) ? .failedAfterHeaders : .contradiction }
            return span.hop.kind == .server ? .failedAfterHeaders : nil
        case .graphql, .jsonRPC, .problem: return .protocol200
        case .envelope, .declared: return .businessError
        case .none, .code, .deadLetter, .hint: return nil
        }
    }

    /// A CLIENT that says 2xx over a SERVER whose answer was a failure.
    private func isRewritten(_ top: Int32) -> Bool {
        let parent = self[top].parent
        guard kind(top) == .server, self[top].answer == .failed, parent >= 0, kind(parent) == .client else {
            return false
        }
        return span(parent).hasCode && self[parent].answer == .ok
    }
}

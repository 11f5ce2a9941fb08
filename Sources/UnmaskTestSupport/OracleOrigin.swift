import TraceModel

/// Section 3: where a chain began and of which class that is.
struct OracleOrigin {
    let chains: OracleChains

    var forest: OracleForest { chains.forest }
    var spans: [SpanFacts] { chains.forest.spans }

    /// The deepest spans without a failing child, below one top.
    func candidates(below top: Int, in run: OracleRun) -> [Int] {
        let part = run.members.filter { $0 == top || forest.lineage(of: $0).contains(top) }
        let leaves = part.filter { leaf in !part.contains { $0 != leaf && forest.lineage(of: $0).contains(leaf) } }
        let deepest = leaves.map { forest.lineage(of: $0).count }.max()
        return leaves.filter { forest.lineage(of: $0).count == deepest }.sorted()
    }

    /// All classes that are true of the span, the most telling first: the contract names no order among them.
    func classes(of index: Int) -> [OriginClass] {
        let found = byCause(index) + byCode(index) + byFlags(index) + byKind(index)
        return found.isEmpty ? [.unknown] : found
    }

    private func byCause(_ index: Int) -> [OriginClass] {
        let span = spans[index]
        if isLateSuccess(index) { return [.timeoutLateSuccess] }
        let rules: [(Bool, OriginClass)] = [
            (!span.proxyFlags.isDisjoint(with: .injections), .injected),
            (span.evidence.contains(.database), .db),
            (isTimeout(span), .timeout),
            (span.evidence.contains(.connectFailed) || span.proxyFlags.contains(.upstreamConnectionFailure), .connect),
            (span.evidence.contains(.tlsFailed), .tls),
        ]
        return rules.filter(\.0).map(\.1)
    }

    private func byCode(_ index: Int) -> [OriginClass] {
        let span = spans[index]
        var found: [OriginClass] = []
        if let code = span.grpcCode, code != .ok { found.append(.grpc(code)) }
        if span.httpCode >= 500 { found.append(.http5xx) }
        let throttled = [408, 425, 429].contains(span.httpCode) || span.grpcCode == .resourceExhausted
        if throttled || span.proxyFlags.contains(.rateLimited) { found.append(.throttled) }
        if (400..<500).contains(span.httpCode) { found.append(.http4xx) }
        return found
    }

    /// A gateway's flag is of the class of what it stands for; the rest is what the gateway itself answers then.
    private func byFlags(_ index: Int) -> [OriginClass] {
        let flags = spans[index].proxyFlags
        let overloads: ProxyFlags = [.upstreamOverflow, .dropOverload, .upstreamDropOverload]
        let rules: [(ProxyFlags, OriginClass)] = [
            ([.upstreamTimeout, .streamDurationReached], .timeout),
            ([.noHealthyUpstream, .upstreamConnectionFailure, .noClusterFound], .connect), (overloads, .throttled),
            (ProxyFlags.failures, .http5xx), (ProxyFlags.refusals, .http4xx),
        ]
        return rules.first { !flags.isDisjoint(with: $0.0) }.map { [$0.1] } ?? []
    }

    private func byKind(_ index: Int) -> [OriginClass] {
        let span = spans[index]
        let enveloped = !span.evidence.isDisjoint(with: OracleOutcome.envelopeFailures.union(.jsonRPCRefused))
        let messages = span.kind == .consumer || span.kind == .producer || span.evidence.contains(.messaging)
        let raised = !span.evidence.isDisjoint(with: [.exceptionEvent, .errorType])
        let alone = span.kind == .client && chains.serverChild(of: index) == nil
        let rules: [(Bool, OriginClass)] = [
            (enveloped || span.outcome != .none, .business),
            (messages, .message),
            (raised || OracleOutcome.hasExplicitError(span), .exception),
            (alone && !span.evidence.contains(.database), .notInstrumented),
            (!OracleOutcome.hasCode(span) || OracleOutcome.answer(of: span) == .ok, .unknown),
        ]
        return rules.filter(\.0).map(\.1)
    }

    private func isTimeout(_ span: SpanFacts) -> Bool {
        span.evidence.contains(.timedOut) || span.proxyFlags.contains(.upstreamTimeout)
            || span.grpcCode == .deadlineExceeded || [408, 504].contains(span.httpCode)
    }

    /// A CLIENT that timed out over a SERVER that succeeded: the origin is the link between them.
    func isLateSuccess(_ index: Int) -> Bool {
        guard spans[index].kind == .client, isTimeout(spans[index]) else { return false }
        return chains.serverChild(of: index).map { chains.result($0) == .ok } ?? false
    }
}

import TraceModel

/// A scenario played to its end.
struct WorldPlay {
    var spans: [SpanFacts]
    var truth: Truth
}

extension TraceWorldBuilder {
    mutating func play(_ scenario: WorldScenario) -> WorldPlay {
        switch scenario {
        case .missingEdge: return playMissingEdge()
        case .zipkinShared: return playZipkinShared()
        default:
            let truth = truth(of: scenario)
            return WorldPlay(spans: inOrder, truth: truth)
        }
    }

    private var inOrder: [SpanFacts] {
        spans.sorted { ($0.startNanoseconds, $0.spanID.raw) < ($1.startNanoseconds, $1.spanID.raw) }
    }

    private mutating func truth(of scenario: WorldScenario) -> Truth {
        var truth = Truth(scenario, [])
        if scenario == .several {
            playSeveral(&truth)
        } else if let plot = Self.plot(of: scenario) {
            request { plot(&$0, $1, &truth) }
        } else {
            let plays: [(inout TraceWorldBuilder, inout Truth) -> Bool] = [
                { $0.playAnswers(&$1) }, { $0.playEnvelopes(&$1) }, { $0.playGateways(&$1) }, { $0.playMessages(&$1) },
            ]
            let played = plays.contains { $0(&self, &truth) }
            precondition(played, "no play for \(scenario)")
        }
        return truth
    }

    private mutating func playMissingEdge() -> WorldPlay {
        var truth = truth(of: random.pick([.clean, .swallowedError, .honestFailure]))
        let kinds = Dictionary(spans.map { ($0.spanID, $0.kind) }) { first, _ in first }
        let edge = spans.first { $0.kind == .server && ($0.parentID.isNone || isBrowser($0.parentID, kinds)) }
        truth = Truth(.missingEdge, [.undetermined])
        return WorldPlay(spans: inOrder.filter { $0.spanID != edge?.spanID }, truth: truth)
    }

    private func isBrowser(_ id: SpanID, _ kinds: [SpanID: SpanKind]) -> Bool {
        kinds[id] == .client && spans.contains { $0.spanID == id && $0.parentID.isNone }
    }

    /// The server reports the client's id as its own, as Zipkin's older libraries do.
    private mutating func playZipkinShared() -> WorldPlay {
        var truth = truth(of: random.pick([.clean, .swallowedError, .retryInSequence]))
        let clients = spans.filter { $0.kind == .client }
        var renamed: [SpanID: SpanFacts] = [:]
        for server in spans where server.kind == .server {
            renamed[server.spanID] = clients.first { $0.spanID == server.parentID }
        }
        let shared = inOrder.map { span in
            var span = span
            if let client = renamed[span.spanID] {
                (span.spanID, span.parentID) = (client.spanID, client.parentID)
            } else if let client = renamed[span.parentID] {
                span.parentID = client.spanID
            }
            return span
        }
        let name = { (id: SpanID) in renamed[id]?.spanID ?? id }
        truth.scenario = .zipkinShared
        truth.maskPoint = truth.maskPoint.map(name)
        truth.origins = Set(truth.origins.map(name))
        truth.onlySigns = Set(truth.onlySigns.map(name))
        return WorldPlay(spans: shared, truth: truth)
    }
}

import TraceModel

/// What can happen inside one server while it still answers OK; several of these may meet in one trace.
typealias WorldPlot = (inout TraceWorldBuilder, TraceWorldBuilder.Stage, inout Truth) -> Void

extension TraceWorldBuilder {
    static func plot(of scenario: WorldScenario) -> WorldPlot? { hidden[scenario] ?? softened[scenario] }

    private static var hidden: [WorldScenario: WorldPlot] {
        [
            .swallowedError: { $0.swallowError(in: $1, &$2) },
            .swallowedException: { $0.swallowException(in: $1, &$2) },
            .handledException: { $0.handleException(in: $1, &$2) },
            .connectRefused: { $0.swallowRefusedConnection(in: $1, &$2) },
            .timeoutLateSuccess: { $0.swallowTimeout(in: $1, &$2) },
            .retryFailed: { $0.retryInVain(in: $1, &$2) },
            .innerRefusal: { $0.swallowRefusal(in: $1, &$2) },
            .innerDisguised4xx: { $0.tellStorageErrorAs404(in: $1, &$2) },
            .businessError: { $0.answerWithBusinessFailure(in: $1, &$2) },
        ]
    }

    private static var softened: [WorldScenario: WorldPlot] {
        [
            .retryWithCount: { $0.retry(in: $1, counted: true, &$2) },
            .retryInSequence: { $0.retry(in: $1, counted: false, &$2) },
            .retryBelowClient: { $0.retryBelowClient(in: $1, &$2) },
            .retryAfterRefusedConnection: { $0.retryAfterRefusedConnection(in: $1, &$2) },
            .expected404: { $0.lookUpInVain(in: $1, &$2) },
            .tokenRefresh: { $0.refreshToken(in: $1, &$2) },
            .hedge: { $0.hedge(in: $1, silent: false, &$2) },
            .silentHedge: { $0.hedge(in: $1, silent: true, &$2) },
            .fallback: { $0.fallBack(in: $1, &$2) },
            .lateSuccessFromCache: { $0.serveCacheAfterTimeout(in: $1, &$2) },
            .partialRead: { $0.readInParallel(in: $1, &$2) },
        ]
    }

    /// Two or three plots, each in a server of its own, so that none can be taken for another's repair. The trace
    /// shows the worst of them.
    mutating func playSeveral(_ truth: inout Truth) {
        let names = WorldScenario.allCases.filter { Self.plot(of: $0) != nil && $0 != .partialRead }.shuffled(
            using: &random)
        let scenarios = names.prefix(Int.random(in: 2...3, using: &random))
        var worst: Set<VerdictKind> = []
        var signs: Set<SpanID> = []
        request(deep: false) { world, stage in
            for scenario in scenarios {
                guard let plot = Self.plot(of: scenario) else { continue }
                var own = Truth(scenario, [])
                world.call(world.middle(), from: stage.server) { world, server in
                    plot(&world, Stage(server: server, edge: stage.edge), &own)
                }
                worst = Self.worse(worst, own.allowed)
                signs.formUnion(own.onlySigns)
            }
        }
        truth.allowed = worst
        truth.onlySigns = signs
    }

    private static func worse(_ left: Set<VerdictKind>, _ right: Set<VerdictKind>) -> Set<VerdictKind> {
        let order: [VerdictKind] = [.masked, .degraded, .suspect, .recovered, .expected, .clean]
        let rank = { (kinds: Set<VerdictKind>) in order.firstIndex { kinds.contains($0) } ?? order.count }
        if rank(left) == rank(right) { return left.union(right) }
        return rank(left) < rank(right) ? left : right
    }
}

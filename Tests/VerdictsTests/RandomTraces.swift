import TraceModel
import UnmaskTestSupport

/// Traces of random shape with a known truth.
struct RandomTraces {
    var random: SplitMix
    let trace = TraceBuilder()
    private var steps = 0

    init(seed: UInt64) {
        random = SplitMix(seed: seed)
    }

    /// A request that goes well: an edge, and calls of calls below it.
    mutating func well() -> (edge: TraceBuilder.Handle, servers: [TraceBuilder.Handle]) {
        let edge = trace.server("front", "GET /page/{id}")
        var servers = [edge]
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let caller = servers.randomElement(using: &random) ?? edge
            let parent = Bool.random(using: &random) ? trace.work(name(of: caller), "step", under: caller) : caller
            servers.append(trace.call(freshName(), "GET /thing/{id}", under: parent).server)
        }
        return (edge, servers)
    }

    /// One server's call fails once or more and works in the end.
    mutating func addRepaired(below servers: [TraceBuilder.Handle]) {
        guard let caller = servers.randomElement(using: &random) else { return }
        let service = freshName()
        let saysResends = Bool.random(using: &random)
        let failures = Int.random(in: 1...3, using: &random)
        for attempt in 0...failures {
            let code: UInt16 = attempt == failures ? 200 : 503
            let call = trace.call(service, "GET /flaky/{id}", code: code, under: caller)
            if saysResends { trace[call.client].resends = UInt8(attempt) }
        }
    }

    /// One server's call fails, and the server answers OK.
    mutating func addMasked(below servers: [TraceBuilder.Handle]) {
        guard let caller = servers.randomElement(using: &random) else { return }
        let failed = trace.call(freshName(), "POST /broken/{id}", code: 500, under: caller)
        if Bool.random(using: &random) { trace.database("deep", "insert", status: .error, under: failed.server) }
    }

    mutating func shuffledWithCopies() -> [SpanFacts] {
        var spans = trace.spans
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            if let copy = spans.randomElement(using: &random) { spans.append(copy) }
        }
        return spans.shuffled(using: &random)
    }

    private func name(of handle: TraceBuilder.Handle) -> String { trace.symbols.name(trace[handle].hop.service) }

    private mutating func freshName() -> String {
        steps += 1
        return "service\(steps)"
    }
}

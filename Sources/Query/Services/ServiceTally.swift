import Symbols
import Synchronization
import TraceModel

/// How many distinct steps each service takes. The table of steps only grows: each look goes on where the last one
/// ended. Any thread.
final class ServiceTally: Sendable {
    private struct State {
        var counted = 0
        var steps: [Symbol: Int] = [:]
    }

    private let hops: HopTable
    private let symbols: SymbolTable
    private let state = Mutex(State())

    init(hops: HopTable, symbols: SymbolTable) {
        self.hops = hops
        self.symbols = symbols
    }

    /// By the service's name.
    func steps() -> [(service: String, steps: Int)] {
        let steps = state.withLock { state in
            let count = hops.count
            for number in state.counted..<count {
                let service = hops[HopID(UInt32(number))].service
                if service != .overflow, !service.isEmpty { state.steps[service, default: 0] += 1 }
            }
            state.counted = count
            return state.steps
        }
        return steps.map { (symbols.string($0.key), $0.value) }
    }
}

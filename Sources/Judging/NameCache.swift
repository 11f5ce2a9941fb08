import Symbols
import Synchronization
import TraceModel

/// Strings of symbols and routes that findings name again and again: making a string anew costs an allocation, and a
/// finding has ten. All findings of one name share its bytes. Bounded by forgetting all.
final class NameCache: Sendable {
    private struct State {
        var names: [Symbol: String] = [:]
        var routes: [EdgeRoute: String] = [:]
    }

    private static let namesMax = 65_536
    private let table: SymbolTable
    private let state = Mutex(State())

    init(_ table: SymbolTable) {
        self.table = table
    }

    func string(_ symbol: Symbol) -> String {
        state.withLock { state in
            if let known = state.names[symbol] { return known }
            if state.names.count >= Self.namesMax { state.names.removeAll(keepingCapacity: true) }
            let name = table.string(symbol)
            state.names[symbol] = name
            return name
        }
    }

    /// As findings write it: `GET /orders/{id}`.
    func route(_ route: EdgeRoute) -> String {
        state.withLock { state in
            if let known = state.routes[route] { return known }
            if state.routes.count >= Self.namesMax { state.routes.removeAll(keepingCapacity: true) }
            let name = [route.method.name, table.string(route.template)].filter { !$0.isEmpty }.joined(separator: " ")
            state.routes[route] = name
            return name
        }
    }
}

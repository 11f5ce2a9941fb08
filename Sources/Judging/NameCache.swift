import Symbols
import Synchronization
import TraceModel

/// Strings of symbols that findings name again and again: making a string anew costs an allocation, and a finding has
/// ten. Bounded by forgetting all.
final class NameCache: Sendable {
    private static let namesMax = 65_536
    private let table: SymbolTable
    private let names = Mutex<[Symbol: String]>([:])

    init(_ table: SymbolTable) {
        self.table = table
    }

    func string(_ symbol: Symbol) -> String {
        names.withLock { names in
            if let known = names[symbol] { return known }
            if names.count >= Self.namesMax { names.removeAll(keepingCapacity: true) }
            let name = table.string(symbol)
            names[symbol] = name
            return name
        }
    }
}

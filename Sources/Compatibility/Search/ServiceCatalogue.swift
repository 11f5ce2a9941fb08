import Findings
package import Judging
import Symbols
import TraceModel
package import TraceStore

/// Names that searches can ask for: what has been seen since the start, and what findings remember from before.
package struct ServiceCatalogue: Sendable {
    private let store: TraceStore
    private let findings: FindingDesk

    package init(store: TraceStore, findings: FindingDesk) {
        self.store = store
        self.findings = findings
    }

    struct Operation: Hashable, Sendable {
        var name: String
        var kind: SpanKind
    }

    func services() -> [String] {
        var symbols: Set<Symbol> = []
        for hop in hops { symbols.insert(hop.service) }
        var names = Set(symbols.map { store.symbols.string($0) })
        for route in findings.book.routes.snapshot() { names.insert(route.service) }
        names.remove("")
        return names.sorted()
    }

    /// Of one service, or of all.
    func operations(of service: String?) -> [Operation] {
        var wanted: Symbol?
        if let service {
            guard let known = store.symbols.known(service) else { return [] }
            wanted = known
        }
        var operations: Set<Operation> = []
        for hop in hops where wanted == nil || hop.service == wanted {
            operations.insert(Operation(name: store.symbols.string(hop.name), kind: hop.kind))
        }
        return operations.sorted { ($0.name, $0.kind.rawValue) < ($1.name, $1.kind.rawValue) }
    }

    /// The first ones are the table's own, for steps that found no place.
    private var hops: some Sequence<Hop> {
        (SpanKind.allCases.count..<max(store.hops.count, SpanKind.allCases.count)).lazy
            .map { store.hops[HopID(UInt32($0))] }
    }
}

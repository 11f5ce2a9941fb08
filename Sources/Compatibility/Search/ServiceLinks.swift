import Symbols
import TraceModel
package import TraceStore

/// Who calls whom, counted in the latest traces that are in memory.
package struct ServiceLinks: Sendable {
    static let tracesMax = 5_000

    private let store: TraceStore

    package init(store: TraceStore) {
        self.store = store
    }

    struct Link: Hashable, Sendable {
        var parent: String
        var child: String
    }

    func calls(fromNanoseconds: UInt64, toNanoseconds: UInt64) -> [(link: Link, calls: Int)] {
        var every = HopSet()
        for number in 0..<store.hops.count { every.insert(HopID(UInt32(number))) }
        let scan = store.scan(
            for: every, fromNanoseconds: fromNanoseconds, toNanoseconds: toNanoseconds,
            limits: TraceStore.ScanLimits(tracesWanted: Self.tracesMax))
        var counts: [Pair: Int] = [:]
        for id in scan.traces.prefix(Self.tracesMax) {
            if let snapshot = store.snapshot(of: id) { Self.count(snapshot.spans, in: &counts) }
        }
        let links = counts.map { pair, calls in
            (Link(parent: store.symbols.string(pair.parent), child: store.symbols.string(pair.child)), calls)
        }
        return links.sorted { ($0.0.parent, $0.0.child) < ($1.0.parent, $1.0.child) }
    }

    private struct Pair: Hashable {
        var parent: Symbol
        var child: Symbol
    }

    private static func count(_ spans: [SpanFacts], in counts: inout [Pair: Int]) {
        var services: [SpanID: Symbol] = [:]
        for span in spans { services[span.spanID] = span.hop.service }
        for span in spans {
            guard let parent = services[span.parentID], parent != span.hop.service else { continue }
            counts[Pair(parent: parent, child: span.hop.service), default: 0] += 1
        }
    }
}

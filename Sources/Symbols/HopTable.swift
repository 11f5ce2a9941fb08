import Synchronization
package import TraceModel

/// Every hop once, under a number; bounded, with one overflow hop for each kind.
///
/// Identity is service, name, route, peer, kind, method and whether the route is instrumentation's own (a
/// template or an RPC method); the other traits are read from the words when the hop is new.
package final class HopTable: @unchecked Sendable {
    package let hopsMax: Int
    /// What paths without a template are called; whoever makes hops asks here.
    package let paths = PathNaming()
    private let symbols: SymbolTable
    private let entries: Directory<Hop>
    private let index = Mutex(HashIndex())
    private let overflows = Atomic<Int>(0)

    package init(symbols: SymbolTable, hopsMax: Int = 1 << 18) {
        self.symbols = symbols
        self.hopsMax = hopsMax
        entries = Directory(entriesMax: hopsMax)
        for kind in SpanKind.allCases {
            _ = entries.append(Hop(service: .overflow, name: .overflow, kind: kind, traits: .bareName))
        }
    }

    package var count: Int { entries.count }
    package var overflowCount: Int { overflows.load(ordering: .relaxed) }

    package subscript(id: HopID) -> Hop { entries[Int(id.raw)] }

    package func intern(_ hop: Hop) -> HopID {
        intern(hop, hash: Self.hash(hop))
    }

    func intern(_ hop: Hop, hash: UInt64) -> HopID {
        index.withLock { index in
            if let known = index.find(hash, where: { entries[Int($0)].isSameStep(as: hop) }) { return HopID(known) }
            guard entries.count < hopsMax else {
                overflows.add(1, ordering: .relaxed)
                return HopID(UInt32(hop.kind.rawValue))
            }
            var complete = hop
            complete.traits = HopTraits(rawValue: hop.traits.rawValue & HopTraits.identityBits).union(
                HopWords.traits(
                    name: symbols.string(hop.name), peer: symbols.string(hop.peer), route: symbols.string(hop.route)))
            if hop.method == .none, hop.traits.contains(.template), HopWords.isRPCMethod(symbols.string(hop.route)) {
                complete.traits.insert(.rpc)
            }
            let number = UInt32(entries.append(complete))
            index.insert(hash, number)
            return HopID(number)
        }
    }

    @inline(__always)
    static func hash(_ hop: Hop) -> UInt64 {
        let names = UInt64(hop.service.raw) << 32 | UInt64(hop.name.raw)
        let places = UInt64(hop.route.raw) << 32 | UInt64(hop.peer.raw)
        let small = UInt64(hop.kind.rawValue) << 8 | UInt64(hop.method.rawValue)
        return Hash.mix(
            Hash.mix(names ^ Hash.seed, 0x9E37_79B9_7F4A_7C15) ^ places, 0xD6E8_FEB8_6659_FD93 ^ small)
    }
}

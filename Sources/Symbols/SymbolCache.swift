package import TraceModel

/// One thread's memory of the symbols and hops that it met lately: most look-ups end here, without a lock.
///
/// Direct-mapped: a collision only costs a look-up in the shared table.
package struct SymbolCache: ~Copyable {
    private struct SymbolSlot {
        var hash: UInt64 = 0
        var symbol = Symbol.empty
    }

    private struct HopSlot {
        var hop = Hop(service: .empty, name: .empty, kind: .unspecified)
        var id = HopID(0)
        var filled = false
    }

    private static let slotsCount = 4096
    private let symbols: UnsafeMutablePointer<SymbolSlot>
    private let hops: UnsafeMutablePointer<HopSlot>
    package let table: SymbolTable
    package let hopTable: HopTable

    package init(table: SymbolTable, hopTable: HopTable) {
        self.table = table
        self.hopTable = hopTable
        symbols = .allocate(capacity: Self.slotsCount)
        symbols.initialize(repeating: SymbolSlot(), count: Self.slotsCount)
        hops = .allocate(capacity: Self.slotsCount)
        hops.initialize(repeating: HopSlot(), count: Self.slotsCount)
    }

    deinit {
        symbols.deallocate()
        hops.deallocate()
    }

    package func intern(_ bytes: UnsafeBufferPointer<UInt8>) -> Symbol {
        if bytes.isEmpty { return .empty }
        let hash = Hash.of(bytes)
        let slot = symbols + Int(truncatingIfNeeded: hash >> 20) & (Self.slotsCount - 1)
        if slot.pointee.hash == hash {
            let known = table.bytes(slot.pointee.symbol)
            if known.count == bytes.count, Hash.equal(known.baseAddress!, bytes.baseAddress, bytes.count) {
                return slot.pointee.symbol
            }
        }
        let symbol = table.intern(bytes, hash: hash)
        slot.pointee = SymbolSlot(hash: hash, symbol: symbol)
        return symbol
    }

    /// The number of a hop; its traits are read by the table when it is new, those in `hop` only mark the route.
    @inline(__always)
    package func intern(_ hop: Hop) -> HopID {
        let hash = HopTable.hash(hop)
        let slot = hops + Int(truncatingIfNeeded: hash >> 20) & (Self.slotsCount - 1)
        if slot.pointee.filled, slot.pointee.hop.isSameStep(as: hop) { return slot.pointee.id }
        let id = hopTable.intern(hop, hash: hash)
        slot.pointee = HopSlot(hop: hop, id: id, filled: true)
        return id
    }
}

import Synchronization
package import TraceModel

/// Every string that judgement compares, once, under a number that stays for the life of the process.
///
/// Threads intern through a `SymbolCache` of their own; this table is asked only for strings that a thread has not
/// seen lately. Entries never move and never change, so a number may be read by anybody who was given it.
/// Past `symbolsMax` or `bytesMax` every new string becomes `Symbol.overflow` and is counted: memory stays bounded
/// whatever the senders put into their names.
package final class SymbolTable: @unchecked Sendable {
    package struct Limits: Sendable {
        package var symbolsMax: Int
        package var bytesMax: Int
        /// A longer string is cut to this many bytes, at a character's border.
        package var stringBytesMax: Int

        package init(symbolsMax: Int = 1 << 20, bytesMax: Int = 64 << 20, stringBytesMax: Int = 512) {
            self.symbolsMax = symbolsMax
            self.bytesMax = bytesMax
            self.stringBytesMax = stringBytesMax
        }
    }

    package let limits: Limits
    package static let overflowText = "(other)"

    private let entries: Directory<Entry>
    private let overflows = Atomic<Int>(0)
    private let lock = Mutex(())
    /// Guarded by `lock`.
    private var state = State(index: HashIndex())

    struct Entry {
        var base: UnsafePointer<UInt8>
        var length: Int
    }

    private struct State: ~Copyable {
        var index: HashIndex
        var bytesUsed = 0
        var block: UnsafeMutablePointer<UInt8>?
        var blockLeft = 0
        var blocks: [UnsafeMutablePointer<UInt8>] = []
    }

    package init(limits: Limits = Limits()) {
        self.limits = limits
        entries = Directory(entriesMax: limits.symbolsMax)
        precondition(intern("") == .empty && intern(Self.overflowText) == .overflow)
    }

    deinit {
        for block in state.blocks { block.deallocate() }
    }

    package var count: Int { entries.count }
    package var overflowCount: Int { overflows.load(ordering: .relaxed) }
    package var bytesUsed: Int { lock.withLock { _ in state.bytesUsed + state.index.bytes } }

    package func intern(_ text: String) -> Symbol {
        var text = text
        return text.withUTF8 { intern($0, hash: Hash.of($0)) }
    }

    /// The number of a text that is in the table already.
    package func known(_ text: String) -> Symbol? {
        var text = text
        return text.withUTF8 { bytes in
            let hash = Hash.of(bytes)
            return lock.withLock { _ in state.index.find(hash, where: { equal(entries[Int($0)], bytes) }) }
        }.map { Symbol($0) }
    }

    package func string(_ symbol: Symbol) -> String {
        String(decoding: bytes(symbol), as: UTF8.self)
    }

    /// The bytes of a symbol; they live as long as the table.
    package func bytes(_ symbol: Symbol) -> UnsafeBufferPointer<UInt8> {
        let entry = entries[Int(symbol.raw)]
        return UnsafeBufferPointer(start: entry.base, count: entry.length)
    }

    func intern(_ bytes: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Symbol {
        guard bytes.count <= limits.stringBytesMax else {
            let cut = UnsafeBufferPointer(
                rebasing: bytes[..<Self.characterBorder(in: bytes, at: limits.stringBytesMax)])
            return intern(cut, hash: Hash.of(cut))
        }
        return lock.withLock { _ in
            if let known = state.index.find(hash, where: { equal(entries[Int($0)], bytes) }) { return Symbol(known) }
            guard entries.count < limits.symbolsMax, state.bytesUsed + bytes.count <= limits.bytesMax else {
                overflows.add(1, ordering: .relaxed)
                return .overflow
            }
            let number = entries.append(Entry(base: store(bytes), length: bytes.count))
            state.index.insert(hash, UInt32(number))
            return Symbol(UInt32(number))
        }
    }

    private func equal(_ entry: Entry, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        entry.length == bytes.count && Hash.equal(entry.base, bytes.baseAddress, bytes.count)
    }

    private func store(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafePointer<UInt8> {
        if state.blockLeft < bytes.count || state.block == nil {
            let size = max(Self.blockBytes, bytes.count)
            let block = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
            state.blocks.append(block)
            state.block = block
            state.blockLeft = size
        }
        let target = state.block!
        if let source = bytes.baseAddress { target.update(from: source, count: bytes.count) }
        state.block = target + bytes.count
        state.blockLeft -= bytes.count
        state.bytesUsed += bytes.count
        return UnsafePointer(target)
    }

    private static let blockBytes = 256 << 10

    /// The last border of a UTF-8 character at or before `limit`.
    private static func characterBorder(in bytes: UnsafeBufferPointer<UInt8>, at limit: Int) -> Int {
        var end = limit
        while end > 0 && bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }
}

import Platform
import Synchronization
import Testing
import TraceModel
import UnmaskTestSupport

@testable import Symbols

@Suite struct SymbolTableTests {
    @Test(arguments: UInt64(1)...6)
    func itNumbersWhatADictionaryNumbers(seed: UInt64) {
        var numbers = WordSource(seed: seed)
        let table = SymbolTable()
        var model: [[UInt8]: Symbol] = [[]: .empty, Array(SymbolTable.overflowText.utf8): .overflow]
        for _ in 0..<6000 {
            let text = numbers.next() % 3 == 0 ? numbers.word() : "name \(numbers.next() % 3000)"
            let symbol = table.intern(text)
            let bytes = Array(text.utf8.prefix(table.limits.stringBytesMax))
            guard text.utf8.count <= table.limits.stringBytesMax else { continue }
            if let known = model[bytes] {
                #expect(symbol == known, "seed \(seed)")
            } else {
                #expect(Int(symbol.raw) == table.count - 1)
                model[bytes] = symbol
            }
        }
        for (bytes, symbol) in model { #expect(Array(table.bytes(symbol)) == bytes) }
        #expect(table.overflowCount == 0)
    }

    @Test func pastTheCapEveryNewStringIsTheOverflowAndCounted() {
        let table = SymbolTable(limits: SymbolTable.Limits(symbolsMax: 5))
        let kept = ["a", "b", "c"].map { table.intern($0) }
        #expect(table.intern("d") == .overflow && table.intern("e") == .overflow && table.intern("d") == .overflow)
        #expect(table.overflowCount == 3 && table.count == 5)
        #expect(["a", "b", "c"].map { table.intern($0) } == kept)
        #expect(table.string(.overflow) == SymbolTable.overflowText && table.string(.empty).isEmpty)
    }

    @Test func theBytesAreCappedToo() {
        let table = SymbolTable(limits: SymbolTable.Limits(bytesMax: 100))
        let long = String(repeating: "x", count: 90)
        #expect(table.intern(long) != .overflow)
        #expect(table.intern(String(repeating: "y", count: 20)) == .overflow)
        #expect(table.intern("z") != .overflow, "what still fits is taken")
        #expect(table.overflowCount == 1)
    }

    @Test(arguments: [
        ("abcdefgh", "abcdefgh"), ("abcdefghi", "abcdefgh"), ("abcdefgé", "abcdefg"), ("ÄÖÜäö", "ÄÖÜä"),
        ("日本語", "日本"), ("1234567👍", "1234567"), ("👍👍", "👍👍"), ("👍👍x", "👍👍"),
    ])
    func longStringsAreCutAtACharactersBorder(text: String, kept: String) {
        let table = SymbolTable(limits: SymbolTable.Limits(stringBytesMax: 8))
        let symbol = table.intern(text)
        #expect(table.string(symbol) == kept)
        #expect(table.intern(kept) == symbol)
    }

    @Test func bytesThatAreNoTextAreKeptOrCutWithoutHarm() {
        let table = SymbolTable(limits: SymbolTable.Limits(stringBytesMax: 8))
        let cache = SymbolCache(table: table, hopTable: HopTable(symbols: table))
        let broken: [UInt8] = [0xFF, 0xFE, 0, 0x80]
        let kept = broken.withUnsafeBufferPointer { cache.intern($0) }
        #expect(Array(table.bytes(kept)) == broken)
        let onlyContinuations = [UInt8](repeating: 0x80, count: 20)
        let cut = onlyContinuations.withUnsafeBufferPointer { cache.intern($0) }
        #expect(cut == .empty)
    }

    /// Four threads, each through its own cache, over the same strings in different orders.
    @Test func threadsAgreeOnEveryNumber() throws {
        let table = SymbolTable()
        let hops = HopTable(symbols: table)
        let found = Mutex<[String: Set<UInt32>]>([:])
        var threads: [WorkerThread] = []
        for thread in 0..<4 as Range<UInt64> {
            threads.append(
                try WorkerThread(name: "intern-\(thread)") {
                    var numbers = WordSource(seed: thread + 1)
                    let cache = SymbolCache(table: table, hopTable: hops)
                    var mine: [String: UInt32] = [:]
                    for _ in 0..<30_000 {
                        let text = "string number \(numbers.next() % 7000)"
                        let symbol = Array(text.utf8).withUnsafeBufferPointer { cache.intern($0) }
                        precondition(mine.updateValue(symbol.raw, forKey: text) ?? symbol.raw == symbol.raw)
                        precondition(table.string(symbol) == text)
                    }
                    found.withLock { found in for (text, number) in mine { found[text, default: []].insert(number) } }
                })
        }
        for thread in threads { thread.join() }
        let all = found.withLock { $0 }
        #expect(all.values.allSatisfy { $0.count == 1 })
        #expect(Set(all.values.flatMap { $0 }).count == all.count && table.count == all.count + 2)
    }
}

@Suite struct HopTableTests {
    private static func anyHop(_ numbers: inout WordSource) -> Hop {
        Hop(
            service: Symbol(UInt32(numbers.next() % 3)), name: Symbol(UInt32(numbers.next() % 4)),
            route: Symbol(UInt32(numbers.next() % 3)), peer: Symbol(UInt32(numbers.next() % 2)),
            kind: SpanKind.allCases[Int(numbers.next() % 6)], method: RequestMethod.allCases[Int(numbers.next() % 3)],
            traits: HopTraits(rawValue: UInt16(numbers.next() % 64)))
    }

    @Test func hopsAreTheSameStepOrDifferentNumbers() {
        var numbers = WordSource(seed: 3)
        let symbols = SymbolTable()
        for name in ["a", "b", "c"] { _ = symbols.intern(name) }
        let table = HopTable(symbols: symbols)
        let cache = SymbolCache(table: symbols, hopTable: table)
        var known: [(hop: Hop, id: HopID)] = []
        for _ in 0..<3000 {
            let hop = Self.anyHop(&numbers)
            let id = numbers.bool() ? table.intern(hop) : cache.intern(hop)
            #expect(table[id].isSameStep(as: hop))
            if let same = known.first(where: { $0.hop.isSameStep(as: hop) }) {
                #expect(same.id == id)
            } else {
                #expect(!known.contains { $0.id == id })
                known.append((hop, id))
            }
        }
        #expect(table.count == known.count + SpanKind.allCases.count && table.overflowCount == 0)
    }

    @Test func traitsComeFromTheWordsAndTheRouteNotFromTheSender() {
        let symbols = SymbolTable()
        let table = HopTable(symbols: symbols)
        let hop = Hop(
            service: symbols.intern("s"), name: symbols.intern("GET"), peer: symbols.intern("redis-backup"),
            kind: .client, traits: [.template, .bestEffort])
        #expect(table[table.intern(hop)].traits == [.template, .bareName, .fallbackName, .cacheName])
    }

    @Test func pastTheCapAHopIsTheOverflowOfItsKind() {
        let symbols = SymbolTable()
        let table = HopTable(symbols: symbols, hopsMax: 8)
        let names = (0..<4).map { symbols.intern("name-\($0)") }
        let ids = names.map { table.intern(Hop(service: .empty, name: $0, kind: .consumer)) }
        #expect(ids[2] == ids[3] && ids[0] != ids[1])
        #expect(table[ids[2]].kind == .consumer && table[ids[2]].service == .overflow)
        #expect(table.overflowCount == 2)
        #expect(table.intern(Hop(service: .empty, name: names[0], kind: .consumer)) == ids[0])
    }
}

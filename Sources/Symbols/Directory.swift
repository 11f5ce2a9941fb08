import Synchronization

/// An append-only array whose entries never move: readers need no lock for a number that they were given.
///
/// One writer at a time (its owner's lock sees to that). Entries are trivial values.
final class Directory<Entry>: @unchecked Sendable {
    private static var chunkEntries: Int { 4096 }
    private let chunks: UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>
    private let chunksMax: Int
    private let filled = Atomic<Int>(0)

    init(entriesMax: Int) {
        chunksMax = (entriesMax + Self.chunkEntries - 1) / Self.chunkEntries
        chunks = .allocate(capacity: chunksMax)
        chunks.initialize(repeating: nil, count: chunksMax)
    }

    deinit {
        for chunk in 0..<chunksMax { chunks[chunk]?.deallocate() }
        chunks.deallocate()
    }

    var count: Int { filled.load(ordering: .acquiring) }

    subscript(index: Int) -> Entry {
        precondition(index < count, "a number that nobody was given")
        return chunks[index / Self.chunkEntries]![index % Self.chunkEntries]
    }

    func append(_ entry: Entry) -> Int {
        let index = filled.load(ordering: .relaxed)
        let (chunk, offset) = index.quotientAndRemainder(dividingBy: Self.chunkEntries)
        precondition(chunk < chunksMax, "the owner checks the cap first")
        if chunks[chunk] == nil { chunks[chunk] = .allocate(capacity: Self.chunkEntries) }
        (chunks[chunk]! + offset).initialize(to: entry)
        filled.store(index + 1, ordering: .releasing)
        return index
    }
}

import Synchronization

/// A slice of arrival time: what came in it lies in chunks of its own and goes as a whole.
struct Generation {
    let number: UInt16
    let startedNanoseconds: UInt64
    var chunks: [UInt32] = []
    var spans = 0
}

/// The live generations, oldest first. The lock is held for moments: once a chunk, never once a span.
///
/// Invariant: numbers are consecutive; the last one is active.
final class Generations: @unchecked Sendable {
    private let list: Mutex<[Generation]>
    private let activeNumber: Atomic<UInt16>

    init(nowNanoseconds: UInt64) {
        list = Mutex([Generation(number: 1, startedNanoseconds: nowNanoseconds)])
        activeNumber = Atomic(1)
    }

    var active: UInt16 { activeNumber.load(ordering: .acquiring) }

    func withList<R: Sendable>(_ body: (inout [Generation]) -> R) -> R {
        list.withLock { body(&$0) }
    }

    /// Begins a new generation; what is in flight may still add to the one before.
    func rotate(nowNanoseconds: UInt64) {
        list.withLock { list in
            let next = list[list.count - 1].number &+ 1
            list.append(Generation(number: next, startedNanoseconds: nowNanoseconds))
            activeNumber.store(next, ordering: .releasing)
        }
    }

    /// Books a chunk to a generation. One that is gone by now (a writer slept through its whole life) passes the
    /// chunk on to the oldest that lives: it is given back with that.
    func book(chunk: UInt32, to number: UInt16) {
        list.withLock { list in
            let index = Int(number &- list[0].number)
            list[index < list.count ? index : 0].chunks.append(chunk)
        }
    }

    func countSpans(_ spans: Int, in number: UInt16) {
        list.withLock { list in
            let index = Int(number &- list[0].number)
            list[index < list.count ? index : 0].spans += spans
        }
    }
}

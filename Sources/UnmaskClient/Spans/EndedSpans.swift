import Kernel
import Synchronization

/// Ended spans on their way to the delivering thread: a list for each of sixteen groups of threads, so that threads do
/// not meet. Pushing is one compare-and-exchange; taking is one exchange of the whole list.
///
/// A list's head is one word: the address of the newest span and, in the sixteen bits that no address has, how much
/// memory the list holds, in kilobytes. So the bound costs nothing and can't be missed.
final class EndedSpans: Sendable {
    static let groups = 16
    /// Kilobytes that one list may hold; a span without long texts counts as one.
    static let kilobytesMax = 2048
    /// The delivering thread is woken early where a list reaches this.
    static let kilobytesWaking = 128

    enum Admission {
        case taken
        /// Taken, and it is time to look.
        case takenAndWaking
        case full
    }

    private let lists: [Line]

    /// A word that has its cache line to itself.
    private final class Line: Sendable {
        let head = Atomic<UInt>(0)
        let padding: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0)
    }

    init() {
        lists = (0..<Self.groups).map { _ in Line() }
    }

    @inline(__always)
    func push(_ span: SpanStorage) -> Admission {
        let line = lists[Int(ThreadLocal.number) & (Self.groups - 1)]
        let weight = 1 + UInt(span.textBytes >> 10)
        let address = UInt(bitPattern: Unmanaged.passRetained(span).toOpaque())
        var head = line.head.load(ordering: .relaxed)
        while true {
            let before = Self.kilobytes(head)
            let after = before + weight
            guard after <= Self.kilobytesMax else {
                Unmanaged.passUnretained(span).release()
                return .full
            }
            span.next = head
            let (done, current) = line.head.weakCompareExchange(
                expected: head, desired: address | after << Self.addressBits, successOrdering: .sequentiallyConsistent,
                failureOrdering: .relaxed)
            if done {
                let isWaking = before < Self.kilobytesWaking && after >= Self.kilobytesWaking
                return isWaking ? .takenAndWaking : .taken
            }
            head = current
        }
    }

    /// Gives every list to `body`, each oldest first.
    func takeAll(_ body: (SpanStorage) -> Void) {
        for line in lists where line.head.load(ordering: .sequentiallyConsistent) != 0 {
            var head = line.head.exchange(0, ordering: .acquiringAndReleasing)
            var spans: [SpanStorage] = []
            while let span = Self.span(head) {
                head = span.next
                spans.append(span)
            }
            for span in spans.reversed() { body(span) }
        }
    }

    var isEmpty: Bool { lists.allSatisfy { $0.head.load(ordering: .sequentiallyConsistent) == 0 } }

    private static let addressBits: UInt = 48

    private static func kilobytes(_ head: UInt) -> UInt { head >> addressBits }

    private static func span(_ head: UInt) -> SpanStorage? {
        UnsafeRawPointer(bitPattern: head & (1 << addressBits - 1)).map {
            Unmanaged<SpanStorage>.fromOpaque($0).takeRetainedValue()
        }
    }
}

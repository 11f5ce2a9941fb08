import Kernel
import Synchronization

/// Ended spans on their way to the delivering thread: a list for each of sixteen groups of threads, so that threads do
/// not meet. Pushing is one compare-and-exchange; taking is one exchange of the whole list.
///
/// A list's head is one word: the address of the newest span and, in the sixteen bits that no address has, how much
/// memory the list holds, in kilobytes. So the bound costs nothing and can't be missed.
final class EndedSpans: @unchecked Sendable {
    static let groups = 16
    /// Kilobytes that one list may hold; a span without long texts counts as one.
    static let kilobytesMax = 4096
    /// The delivering thread is woken early where a list reaches this.
    static let kilobytesWaking = 128

    enum Admission {
        case taken
        /// Taken, and it is time to look.
        case takenAndWaking
        case full
    }

    /// Heads far enough apart that no two share a cache line, nor the pair of lines that is fetched at once. By
    /// address, since an array of objects would count references where threads meet.
    private let heads: UnsafeMutableRawPointer
    private static let lineBytes = 128

    init() {
        heads = .allocate(byteCount: Self.groups * Self.lineBytes, alignment: Self.lineBytes)
        for group in 0..<Self.groups { head(group).initialize(to: Atomic(0)) }
    }

    deinit {
        takeAll { _ in }
        heads.deallocate()
    }

    @inline(__always)
    private func head(_ group: Int) -> UnsafeMutablePointer<Atomic<UInt>> {
        (heads + group * Self.lineBytes).assumingMemoryBound(to: Atomic<UInt>.self)
    }

    /// Takes the reference over, and gives it back to nobody where there is no room.
    @inline(__always)
    func push(_ span: Unmanaged<SpanStorage>) -> Admission {
        let line = head(Int(ThreadLocal.number) & (Self.groups - 1))
        let weight = span._withUnsafeGuaranteedRef { 1 + UInt($0.textBytes >> 10) }
        let address = UInt(bitPattern: span.toOpaque())
        var head = line.pointee.load(ordering: .relaxed)
        while true {
            let before = Self.kilobytes(head)
            let after = before + weight
            guard after <= Self.kilobytesMax else {
                span.release()
                return .full
            }
            span._withUnsafeGuaranteedRef { $0.next = head }
            let (done, current) = line.pointee.weakCompareExchange(
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
        for group in 0..<Self.groups where head(group).pointee.load(ordering: .sequentiallyConsistent) != 0 {
            var next = Self.reversed(head(group).pointee.exchange(0, ordering: .acquiringAndReleasing))
            // Each is let go before the next: a list may hold megabytes, and others allocate meanwhile.
            while let span = Self.span(next) {
                next = span.next
                body(span)
            }
        }
    }

    /// The list from its oldest on, turned round where it lies.
    private static func reversed(_ head: UInt) -> UInt {
        var rest = head
        var turned: UInt = 0
        while let span = address(rest).map({ Unmanaged<SpanStorage>.fromOpaque($0) }) {
            rest = span._withUnsafeGuaranteedRef { span in
                let older = span.next
                span.next = turned
                return older
            }
            turned = UInt(bitPattern: span.toOpaque())
        }
        return turned
    }

    var isEmpty: Bool { (0..<Self.groups).allSatisfy { head($0).pointee.load(ordering: .sequentiallyConsistent) == 0 } }

    private static let addressBits: UInt = 48

    private static func kilobytes(_ head: UInt) -> UInt { head >> addressBits }

    private static func address(_ head: UInt) -> UnsafeRawPointer? {
        UnsafeRawPointer(bitPattern: head & (1 << addressBits - 1))
    }

    private static func span(_ head: UInt) -> SpanStorage? {
        address(head).map { Unmanaged<SpanStorage>.fromOpaque($0).takeRetainedValue() }
    }
}

import Kernel
import Synchronization

/// Guards one span, which hardly ever has two writers at once: one exchange to take, one store to give back.
///
/// `Mutex` costs two exchanges each time, which eight attributes pay eight times.
struct SpinLock: ~Copyable {
    private let taken = Atomic<Bool>(false)
    private static let spinsMax = 64

    @inline(__always)
    borrowing func acquire() {
        if taken.exchange(true, ordering: .acquiring) { wait() }
    }

    @inline(__always)
    borrowing func release() {
        taken.store(false, ordering: .releasing)
    }

    @inline(__always)
    borrowing func withLock<R: ~Copyable>(_ body: () -> R) -> R {
        acquire()
        defer { release() }
        return body()
    }

    @inline(never)
    private borrowing func wait() {
        var spins = 0
        while taken.exchange(true, ordering: .acquiring) {
            spins += 1
            // The holder may be a thread that waits for this core.
            if spins > Self.spinsMax { Clock.sleep(nanoseconds: 1000) }
        }
    }
}

internal import CShims
import Glibc
import Synchronization

/// Wakes a thread that sleeps in `Poll`. Raising it twice before it is looked at costs one system call.
package final class WakePipe: Sendable {
    private let raised = Atomic<Bool>(false)
    private let reader: Int32
    private let writer: Int32

    package init() throws(PlatformError) {
        var ends: [Int32] = [0, 0]
        guard unmask_pipe(&ends) == 0 else { throw .last("pipe") }
        reader = ends[0]
        writer = ends[1]
    }

    deinit {
        close(reader)
        close(writer)
    }

    /// Ready for reading once raised.
    package var descriptor: Int32 { reader }

    package func raise() {
        if raised.exchange(true, ordering: .acquiringAndReleasing) { return }
        // A full pipe means that the sleeper will wake anyway.
        _ = write(writer, "w", 1)
    }

    /// Called by the sleeper when it is awake, before it looks at what there is to do.
    package func lower() {
        var scratch = UInt64(0)
        while withUnsafeMutableBytes(of: &scratch, { read(reader, $0.baseAddress, $0.count) }) > 0 {}
        raised.store(false, ordering: .sequentiallyConsistent)
    }
}

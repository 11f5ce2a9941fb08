import Platform
import Synchronization

/// Lines at the end of a file, or on standard output.
///
/// A line that was torn by a full disk is ended before the next attempt, so that one broken line is all that a reader
/// sees of it.
final class LinesTarget: DeliveryTarget {
    private struct Opened: ~Copyable {
        var file: AppendingFile?
        var isTorn = false
    }

    private let path: String
    private let patienceNanoseconds: UInt64
    private let isInterrupted = Atomic<Bool>(false)
    private let opened = Mutex(Opened())

    init(path: String, patienceNanoseconds: UInt64) {
        self.path = path
        self.patienceNanoseconds = patienceNanoseconds
    }

    func deliver(_ parcel: Parcel) -> DeliveryOutcome {
        let deadline = Clock.monotonicNanoseconds + patienceNanoseconds
        do throws(PlatformError) {
            try opened.withLock { opened throws(PlatformError) in
                if opened.file?.isCurrent != true {
                    opened.file = path == "-" ? try AppendingFile.standardOutput() : try AppendingFile.named(path)
                    opened.isTorn = false
                }
                let bytes = opened.isTorn ? [UInt8(ascii: "\n")] + parcel.body : parcel.body
                opened.isTorn = true
                try opened.file?.append(bytes) {
                    !self.isInterrupted.load(ordering: .acquiring) && Clock.monotonicNanoseconds < deadline
                }
                opened.isTorn = false
            }
            return .delivered(answer: "written")
        } catch {
            if isInterrupted.load(ordering: .acquiring) { return .interrupted }
            return .postponed(answer: "\(error)", scope: .target)
        }
    }

    func interrupt() { isInterrupted.store(true, ordering: .releasing) }
}

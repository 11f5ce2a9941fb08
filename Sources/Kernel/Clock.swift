import Glibc

/// The one place that reads time. Monotonic for every interval; wall time only for what people see and for spans.
package enum Clock {
    package static var monotonicNanoseconds: UInt64 { read(CLOCK_MONOTONIC) }
    package static var wallNanoseconds: UInt64 { read(CLOCK_REALTIME) }
    /// CPU time of the whole process, user and system.
    package static var processCPUNanoseconds: UInt64 { read(CLOCK_PROCESS_CPUTIME_ID) }
    /// CPU time of the calling thread.
    package static var threadCPUNanoseconds: UInt64 { read(CLOCK_THREAD_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        let result = clock_gettime(clock, &time)
        precondition(result == 0, "clock_gettime(\(clock)) failed: these clocks exist on every Linux")
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    package static func sleep(nanoseconds: UInt64) {
        var left = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        var rest = timespec()
        while nanosleep(&left, &rest) != 0 && errno == EINTR { left = rest }
    }
}

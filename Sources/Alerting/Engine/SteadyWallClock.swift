import Platform
import Synchronization

/// The time of the wall that never goes back: when that is set back it goes on as it did, so that nothing that is due
/// waits for an hour that has been already.
package final class SteadyWallClock: Sendable {
    private struct Reading {
        var wall: UInt64 = 0
        var monotonic: UInt64 = 0
    }

    private let latest = Mutex(Reading())
    private let wallClock: @Sendable () -> UInt64
    private let monotonicClock: @Sendable () -> UInt64

    package init(
        wallClock: @escaping @Sendable () -> UInt64 = { Clock.wallNanoseconds },
        monotonicClock: @escaping @Sendable () -> UInt64 = { Clock.monotonicNanoseconds }
    ) {
        self.wallClock = wallClock
        self.monotonicClock = monotonicClock
    }

    package var nanoseconds: UInt64 {
        latest.withLock { latest in
            let monotonic = monotonicClock()
            let expected = latest.wall + (monotonic - min(monotonic, latest.monotonic))
            let wall = latest.wall == 0 ? wallClock() : max(wallClock(), expected)
            latest = Reading(wall: wall, monotonic: monotonic)
            return wall
        }
    }
}

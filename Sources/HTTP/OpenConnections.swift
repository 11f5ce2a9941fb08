import Glibc
import Synchronization

/// The sockets of a server's connections, so that all can be hung up before the library is told to stop.
///
/// The library (0.9.75 to 0.9.77) crashes when it has to refuse a malformed request after it was told: it takes its own
/// answer for queued and reads it where there is none. Without a connection there is nothing to refuse.
///
/// A socket is taken out before the library closes it, and hung up under the same lock: never one that belongs to
/// somebody else by now.
final class OpenConnections: Sendable {
    private struct State {
        var sockets: Set<Int32> = []
        /// Admitted, and not yet heard of again.
        var arriving = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Asked for each connection before the library takes it in.
    func admit() -> Bool {
        state.withLock { state in
            if !state.isClosed { state.arriving += 1 }
            return !state.isClosed
        }
    }

    /// From now on none is admitted.
    func close() { state.withLock { $0.isClosed = true } }

    func opened(_ socket: Int32) {
        state.withLock { state in
            state.arriving -= 1
            state.sockets.insert(socket)
        }
    }

    func closed(_ socket: Int32) { state.withLock { _ = $0.sockets.remove(socket) } }

    /// After `close`: ends all connections and waits until the library has let go of them; a thread that is inside a
    /// handler keeps its own.
    func hangUp(withinMilliseconds limit: UInt32) {
        for _ in 0...limit {
            let isEmpty = state.withLock { state in
                for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
                return state.sockets.isEmpty && state.arriving == 0
            }
            if isEmpty { return }
            usleep(1000)
        }
    }
}

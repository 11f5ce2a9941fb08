import CMicroHTTPD
import Glibc
import Platform
import Synchronization

/// The body of one answer that has no end: made as it is read, asleep while there is nothing to say.
///
/// A reader that takes nothing costs what one part holds: no more is made before it was sent. One that went away is
/// found out by its socket, since a suspended connection hears of nothing.
///
/// Invariant: the library's connection is suspended exactly while `isAsleep`, and both change under the lock alone, so
/// that no news between the last look and falling asleep is missed.
package final class LiveBody: Sendable {
    private struct State: @unchecked Sendable {
        var connection: OpaquePointer?
        var isAsleep = false
        var isEnded = false
        var part: [UInt8] = []
        var sent = 0
        var lastNanoseconds: UInt64 = 0
    }

    private let source: any LiveSource
    private let heartbeatNanoseconds: UInt64
    private let returnPlace: @Sendable () -> Void
    private let state = Mutex(State())

    /// `returnPlace` is called when nobody holds the body any more.
    init(source: any LiveSource, heartbeatNanoseconds: UInt64, returnPlace: @escaping @Sendable () -> Void) {
        self.source = source
        self.heartbeatNanoseconds = heartbeatNanoseconds
        self.returnPlace = returnPlace
    }

    deinit { returnPlace() }

    func attach(_ connection: OpaquePointer) { state.withLock { $0.connection = connection } }

    /// The library is done with the connection.
    func detach() {
        state.withLock { state in
            state.connection = nil
            state.isAsleep = false
        }
    }

    /// No more is said; what is under way is sent.
    func end() {
        state.withLock { state in
            state.isEnded = true
            Self.resume(&state)
        }
    }

    /// Looks whether there is reason to go on: news, a heartbeat that is due, a reader who is gone.
    func wake(hasNews: Bool, atNanoseconds now: UInt64) {
        state.withLock { state in
            guard state.isAsleep, let connection = state.connection else { return }
            if Self.isGone(unmask_mhd_socket(connection)) { state.isEnded = true }
            if state.isEnded || hasNews || now - state.lastNanoseconds >= heartbeatNanoseconds {
                Self.resume(&state)
            }
        }
    }

    /// Fills the library's buffer; 0 where it was put to sleep, -1 at the end.
    func fill(_ target: UnsafeMutableRawBufferPointer) -> Int {
        state.withLock { state in
            if state.sent == state.part.count && !state.isEnded { takePart(&state) }
            guard state.sent < state.part.count else { return rest(&state) }
            let count = min(target.count, state.part.count - state.sent)
            state.part.withUnsafeBytes { part in
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: part[state.sent..<state.sent + count]))
            }
            state.sent += count
            return count
        }
    }

    private func takePart(_ state: inout State) {
        let now = Clock.monotonicNanoseconds
        state.part = source.next(isQuiet: now - state.lastNanoseconds >= heartbeatNanoseconds)
        state.sent = 0
        if !state.part.isEmpty { state.lastNanoseconds = now }
    }

    private func rest(_ state: inout State) -> Int {
        guard !state.isEnded, let connection = state.connection else { return -1 }
        // A callback that returned 0 without this would be called again at once, for ever.
        state.isAsleep = true
        MHD_suspend_connection(connection)
        return 0
    }

    private static func resume(_ state: inout State) {
        guard state.isAsleep, let connection = state.connection else { return }
        state.isAsleep = false
        MHD_resume_connection(connection)
    }

    /// A reader of events says nothing more; one that closed its side is gone.
    private static func isGone(_ socket: Int32) -> Bool {
        var asked = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&asked, 1, 0) > 0 else { return false }
        if asked.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0 { return true }
        var byte: UInt8 = 0
        return recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) == 0
    }
}

extension LiveBody: Hashable {
    package static func == (left: LiveBody, right: LiveBody) -> Bool { left === right }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension LiveBody {
    private static let partBytes = 16 * 1024

    /// The library's form of an answer with this body, which it keeps for as long as it needs it.
    func makeResponse() -> OpaquePointer? {
        MHD_create_response_from_callback(
            UInt64.max, Self.partBytes,
            { context, _, target, count in
                guard let context else { return -1 }
                let body = Unmanaged<LiveBody>.fromOpaque(context).takeUnretainedValue()
                return body.fill(UnsafeMutableRawBufferPointer(start: target, count: count))
            },
            Unmanaged.passRetained(self).toOpaque(),
            { context in
                if let context { Unmanaged<LiveBody>.fromOpaque(context).release() }
            })
    }
}

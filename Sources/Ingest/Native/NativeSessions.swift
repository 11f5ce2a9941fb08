import Synchronization

/// What is remembered of one run of one client over all its connections.
final class NativeSession: Sendable {
    let window = Mutex(SequenceWindow())
}

/// The client instances seen lately. Bounded: the one that connected longest ago is forgotten first.
final class NativeSessions: Sendable {
    private struct State {
        var sessions: [String: (session: NativeSession, age: UInt64)] = [:]
        var clock: UInt64 = 0
    }

    private let state = Mutex(State())
    private let sessionsMax: Int

    init(sessionsMax: Int = 16384) {
        self.sessionsMax = sessionsMax
    }

    var count: Int { state.withLock { $0.sessions.count } }

    func session(of instance: String) -> NativeSession {
        state.withLock { state in
            state.clock += 1
            if let known = state.sessions[instance]?.session {
                state.sessions[instance] = (known, state.clock)
                return known
            }
            if state.sessions.count >= sessionsMax { Self.forgetOldestQuarter(&state) }
            let session = NativeSession()
            state.sessions[instance] = (session, state.clock)
            return session
        }
    }

    /// A quarter at once, so that the sorting is paid once in thousands of sessions.
    private static func forgetOldestQuarter(_ state: inout State) {
        let ages = state.sessions.values.map(\.age).sorted()
        let limit = ages[ages.count / 4]
        state.sessions = state.sessions.filter { $0.value.age > limit }
    }
}

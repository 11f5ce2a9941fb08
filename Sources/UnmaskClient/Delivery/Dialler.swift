import Kernel

/// Whom to try next, and when. Addresses are tried in their order; when all of them were out of reach, a pause that
/// doubles and differs from process to process.
struct Dialler {
    static let pauseNanosecondsMin: UInt64 = 100_000_000
    static let pauseNanosecondsMax: UInt64 = 10_000_000_000
    static let refusedNanoseconds: UInt64 = 60_000_000_000

    struct Candidate {
        var collector: CollectorAddress
        /// Nil for sockets of the file system.
        var address: SocketAddress?
    }

    private let collectors: [CollectorAddress]
    private var remaining: [CollectorAddress]
    private var resolved: [Candidate] = []
    private var failures = 0
    private(set) var notBeforeNanoseconds: UInt64 = 0

    init(_ collectors: [CollectorAddress]) {
        self.collectors = collectors
        remaining = collectors
    }

    /// Throws what the system says of a name that it doesn't know.
    mutating func next() throws(PlatformError) -> Candidate? {
        if resolved.isEmpty, !remaining.isEmpty {
            let collector = remaining.removeFirst()
            switch collector.place {
            case .unix: resolved = [Candidate(collector: collector)]
            case .tcp(let host, let port):
                let addresses = try Socket.resolve(host: host == "localhost" ? "127.0.0.1" : host, port: port)
                resolved = addresses.map { Candidate(collector: collector, address: $0) }
            }
        }
        return resolved.isEmpty ? nil : resolved.removeFirst()
    }

    /// A collector has taken something: the next search begins with the first again.
    mutating func succeed() {
        failures = 0
        startOver()
    }

    /// A connection that worked was lost. All clients lose it at once, so they must not all come back at once.
    mutating func lose(now: UInt64) {
        notBeforeNanoseconds = now + Self.share(Self.pauseNanosecondsMin)
    }

    mutating func fail(now: UInt64) {
        guard remaining.isEmpty, resolved.isEmpty else {
            notBeforeNanoseconds = now
            return
        }
        startOver()
        let pause = min(Self.pauseNanosecondsMin << UInt64(min(failures, 16)), Self.pauseNanosecondsMax)
        failures += 1
        notBeforeNanoseconds = now + pause / 2 + Self.share(pause / 2)
    }

    /// The collector does not want this client: asking again soon would be rude.
    mutating func refuse(now: UInt64) {
        let wasLast = remaining.isEmpty && resolved.isEmpty
        fail(now: now)
        if wasLast { notBeforeNanoseconds = now + Self.refusedNanoseconds }
    }

    private mutating func startOver() {
        remaining = collectors
        resolved = []
    }

    static func share(_ nanoseconds: UInt64) -> UInt64 {
        nanoseconds == 0 ? 0 : ThreadLocal.randomBits % nanoseconds
    }
}

import Platform
import Synchronization

/// One thread of a gRPC server: a loop, its connections, and its own table of methods. Connections come through
/// `adopt` and stay.
final class GRPCReader: @unchecked Sendable {
    let loop: EventLoop
    let load = Atomic<Int>(0)
    private let desk: GRPCDesk
    private let shared: UnsafeMutableRawBufferPointer
    private var connections: [Int: GRPCConnection] = [:]
    private var sweeper: Watch?
    private var nextNumber = 0
    private var drainingNanoseconds: UInt64?
    private var limits: GRPCLimits { desk.limits }
    private var counters: GRPCCounters { desk.counters }

    private static let sharedBytes = 256 << 10

    init(_ desk: GRPCDesk) throws(PlatformError) {
        loop = try EventLoop()
        self.desk = desk
        shared = .allocate(byteCount: Self.sharedBytes, alignment: 64)
    }

    deinit {
        shared.deallocate()
    }

    /// The thread's whole life.
    func run() {
        let patience = min(limits.helloNanoseconds, limits.callNanoseconds, limits.stalledNanoseconds)
        let interval = min(250_000_000, max(patience / 4, 10_000_000))
        sweeper = loop.timer(everyNanoseconds: interval) { [unowned self] in sweep() }
        loop.run()
        sweeper = nil
        for connection in Array(connections.values) { close(connection) }
    }

    /// Any thread.
    func adopt(_ raw: Int32) {
        load.add(1, ordering: .relaxed)
        loop.submit { [self] in open(Descriptor(owning: raw)) }
    }

    /// Lets calls under way finish, and ends the loop after that. Any thread.
    func drain() {
        loop.submit { [self] in
            let now = Clock.monotonicNanoseconds
            drainingNanoseconds = now
            for connection in Array(connections.values) {
                connection.conversation.goAway()
                answer(connection, nowNanoseconds: now)
            }
            endWhenIdle(now)
        }
    }

    private func endWhenIdle(_ now: UInt64) {
        guard let drainingNanoseconds else { return }
        if connections.isEmpty || now - drainingNanoseconds >= limits.drainNanoseconds { loop.stop() }
    }

    private func open(_ descriptor: consuming Descriptor) {
        nextNumber += 1
        let now = Clock.monotonicNanoseconds
        let connection = GRPCConnection(number: nextNumber, descriptor: descriptor, desk: desk, nowNanoseconds: now)
        connections[connection.number] = connection
        counters.connections.add(1, ordering: .relaxed)
        if drainingNanoseconds != nil { connection.conversation.goAway() }
        watchReading(connection)
        answer(connection, nowNanoseconds: now)
    }

    private func watchReading(_ connection: GRPCConnection) {
        connection.reading = loop.watch(connection.descriptor.raw, for: .reading) {
            [unowned self, unowned connection] in readable(connection)
        }
    }

    private func readable(_ connection: GRPCConnection) {
        if connection.lingeringNanoseconds != nil {
            if !connection.discard(shared) { close(connection) }
            return
        }
        let now = Clock.monotonicNanoseconds
        guard connection.receive(shared, nowNanoseconds: now) else { return }
        answer(connection, nowNanoseconds: now)
    }

    /// Sends what is to be sent. A client that does not read its answers is not read from either.
    private func answer(_ connection: GRPCConnection, nowNanoseconds now: UInt64) {
        switch connection.flush(nowNanoseconds: now) {
        case .closed: close(connection)
        case .bytes:
            connection.writing = nil
            if connection.isHalfClosed { return close(connection) }
            if connection.conversation.isOver { return linger(connection, nowNanoseconds: now) }
            if connection.reading == nil { watchReading(connection) }
        case .wouldBlock:
            connection.reading = nil
            guard connection.writing == nil else { return }
            connection.writing = loop.watch(connection.descriptor.raw, for: .writing) {
                [unowned self, unowned connection] in
                answer(connection, nowNanoseconds: Clock.monotonicNanoseconds)
            }
        }
    }

    private func linger(_ connection: GRPCConnection, nowNanoseconds now: UInt64) {
        connection.linger(nowNanoseconds: now)
        connection.conversation.close()
        if connection.reading == nil { watchReading(connection) }
    }

    private func close(_ connection: GRPCConnection) {
        connection.reading = nil
        connection.writing = nil
        connection.conversation.close()
        connections[connection.number] = nil
        counters.connections.subtract(1, ordering: .relaxed)
        load.subtract(1, ordering: .relaxed)
        endWhenIdle(Clock.monotonicNanoseconds)
    }

    private func sweep() {
        let now = Clock.monotonicNanoseconds
        for connection in Array(connections.values) { sweep(connection, now) }
        endWhenIdle(now)
    }

    /// Ends calls and connections that have gone quiet.
    private func sweep(_ connection: GRPCConnection, _ now: UInt64) {
        let conversation = connection.conversation
        if let since = connection.lingeringNanoseconds {
            if now - since > GRPCConnection.lingerNanosecondsMax { close(connection) }
        } else if let since = connection.stalledNanoseconds {
            if now - since > limits.stalledNanoseconds { end(connection) }
        } else if !conversation.isIntroduced, now - connection.openedNanoseconds > limits.helloNanoseconds {
            end(connection)
        } else {
            conversation.sweep(nowNanoseconds: now)
            // Without calls a silent client does nothing wrong: it is asked to come again when it needs to.
            let isQuiet =
                conversation.callsUnderWay == 0
                && now - connection.lastHeardNanoseconds > limits.idleNanoseconds
            if isQuiet { conversation.goAway() }
            answer(connection, nowNanoseconds: now)
        }
    }

    private func end(_ connection: GRPCConnection) {
        connection.conversation.faultFound(.timeout)
        close(connection)
    }
}

import Platform
import Symbols
import Synchronization
import TraceModel
import Wire

/// One reader thread: a loop, its connections, and a way into the store. Connections come through `adopt` and stay.
final class NativeReader: @unchecked Sendable {
    let loop: EventLoop
    private let settings: NativeSettings
    private let counters: NativeCounters
    private let sink: BatchSink
    private let desk: NativeDesk
    private let batches: NativeBatchReader
    private let shared: UnsafeMutableRawBufferPointer
    private var connections: [Int: NativeConnection] = [:]
    private var sweeper: Watch?
    private var nextNumber = 0
    let load = Atomic<Int>(0)

    init(
        settings: NativeSettings, sessions: NativeSessions, counters: NativeCounters, symbols: SymbolTable,
        hops: HopTable, sink: @escaping BatchSink
    ) throws(PlatformError) {
        loop = try EventLoop()
        self.settings = settings
        self.counters = counters
        self.sink = sink
        desk = NativeDesk(settings: settings, sessions: sessions, counters: counters)
        batches = NativeBatchReader(symbols: symbols, hops: hops, limits: settings.limits)
        shared = .allocate(byteCount: 512 << 10, alignment: 64)
    }

    deinit {
        shared.deallocate()
    }

    /// The thread's whole life.
    func run() {
        let interval = min(1_000_000_000, max(settings.helloNanoseconds / 4, 10_000_000))
        sweeper = loop.timer(everyNanoseconds: interval) { [unowned self] in sweep() }
        loop.run()
        sweeper = nil
        for connection in connections.values {
            connection.conversation.sayGoodbye(
                Goodbye(code: WireError.Code.shuttingDown.number, message: "shutting down"))
            _ = connection.flush()
        }
        for connection in Array(connections.values) { close(connection) }
    }

    /// Any thread.
    func adopt(_ raw: Int32) {
        load.add(1, ordering: .relaxed)
        loop.submit { [self] in open(Descriptor(owning: raw)) }
    }

    private func open(_ descriptor: consuming Descriptor) {
        nextNumber += 1
        let connection = NativeConnection(
            number: nextNumber, descriptor: descriptor, nowNanoseconds: Clock.monotonicNanoseconds)
        connections[connection.number] = connection
        counters.connections.add(1, ordering: .relaxed)
        watchReading(connection)
    }

    private func watchReading(_ connection: NativeConnection) {
        connection.reading = loop.watch(connection.descriptor.raw, for: .reading) {
            [unowned self, unowned connection] in
            readable(connection)
        }
    }

    private func readable(_ connection: NativeConnection) {
        if connection.lingeringNanoseconds != nil {
            if !connection.discard(shared) { close(connection) }
            return
        }
        let reception = connection.receive(
            shared, limits: settings.limits, counters: counters, bytesMax: settings.receiveBytesMax,
            nowNanoseconds: Clock.monotonicNanoseconds
        ) { (frame: Frame) throws(WireError) in
            try connection.conversation.receive(frame, desk, take)
        }
        switch reception {
        case .closed:
            // What was answered already still goes out: the client may have closed only its own direction.
            connection.reading = nil
            connection.conversation.end()
        case .nothing: return
        case .overBudget:
            connection.fail(WireError(.overloaded, "too many unfinished frames are waiting; send again later"))
        case .frames: break
        }
        answer(connection)
    }

    /// One batch: known already, taken, put off, or taken in part.
    private func take(_ session: NativeSession, _ columns: BatchColumns, _ frame: Frame) -> Ack {
        counters.batches.add(1, ordering: .relaxed)
        let sequence = columns.sequence
        return session.window.withLock { window in
            if window.contains(sequence) {
                counters.batchesDuplicate.add(1, ordering: .relaxed)
                var ack = Ack(sequence: sequence, result: .accepted)
                ack.duplicate = true
                return ack
            }
            let format: PayloadFormat = frame.flags.contains(.lz4) ? .nativeLZ4 : .native
            let receipt = batches.read(columns, payload: frame.payload, format: format, sink)
            return acknowledge(receipt, sequence: sequence, &window)
        }
    }

    private func acknowledge(_ receipt: BatchReceipt, sequence: UInt64, _ window: inout SequenceWindow) -> Ack {
        if case .retryLater(let milliseconds) = receipt.admission {
            counters.batchesDeferred.add(1, ordering: .relaxed)
            var ack = Ack(sequence: sequence, result: .retryLater)
            ack.retryMilliseconds = milliseconds
            return ack
        }
        window.insert(sequence)
        counters.spans.add(UInt64(receipt.acceptedSpans), ordering: .relaxed)
        var ack = Ack(sequence: sequence, result: receipt.dropped.isEmpty ? .accepted : .partial)
        ack.acceptedSpans = UInt32(receipt.acceptedSpans)
        ack.dropped = receipt.dropped.map { Ack.Dropped(reason: $0.reason.name, spans: UInt32($0.spans)) }
        return ack
    }

    /// Sends the answers. A client that does not read them is not read from either.
    private func answer(_ connection: NativeConnection) {
        switch connection.flush() {
        case .closed:
            close(connection)
        case .bytes:
            connection.writing = nil
            if connection.conversation.state == .ended { return linger(connection) }
            if connection.reading == nil { watchReading(connection) }
        case .wouldBlock:
            let isFull = connection.outputBytes > NativeConnection.outputBytesMax
            if isFull || connection.conversation.state == .ended { connection.reading = nil }
            guard connection.writing == nil else { return }
            connection.writing = loop.watch(connection.descriptor.raw, for: .writing) {
                [unowned self, unowned connection] in answer(connection)
            }
        }
    }

    /// After the last frame: waits a moment for the client to hang up.
    private func linger(_ connection: NativeConnection) {
        if connection.isHalfClosed { return close(connection) }
        countError(of: connection)
        connection.linger(nowNanoseconds: Clock.monotonicNanoseconds)
        if connection.reading == nil { watchReading(connection) }
    }

    /// Once, when the conversation is over: at the beginning of the lingering, or at the end without any.
    private func countError(of connection: NativeConnection) {
        guard connection.lingeringNanoseconds == nil, connection.conversation.isProtocolError else { return }
        counters.protocolErrors.add(1, ordering: .relaxed)
    }

    private func close(_ connection: NativeConnection) {
        connection.reading = nil
        connection.writing = nil
        counters.bytesWaiting.subtract(connection.waiting.count, ordering: .relaxed)
        countError(of: connection)
        connections[connection.number] = nil
        counters.connections.subtract(1, ordering: .relaxed)
        load.subtract(1, ordering: .relaxed)
    }

    /// Ends conversations that have gone quiet.
    private func sweep() {
        let now = Clock.monotonicNanoseconds
        for connection in Array(connections.values) {
            if let since = connection.lingeringNanoseconds {
                if now - since > NativeConnection.lingerNanosecondsMax { close(connection) }
                continue
            }
            let awaitsHello = connection.conversation.state == .awaitingHello
            if awaitsHello, now - connection.openedNanoseconds > settings.helloNanoseconds {
                end(
                    connection,
                    WireError(.helloTimeout, "no Hello came within \(settings.helloNanoseconds / 1_000_000) ms"))
            } else if now - connection.lastHeardNanoseconds > settings.idleNanoseconds {
                end(connection, WireError(.idleTimeout, "nothing came for \(settings.idleNanoseconds / 1_000_000) ms"))
            }
        }
    }

    private func end(_ connection: NativeConnection, _ error: WireError) {
        counters.timeouts.add(1, ordering: .relaxed)
        connection.fail(error)
        _ = connection.flush()
        close(connection)
    }
}

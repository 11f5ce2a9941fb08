package import Configuration
package import Platform
package import Symbols
import TraceModel

/// Takes the access logs of all configured gateways: one loop on one thread for their files and sockets.
///
/// When the store asks to wait, files and connections are left unread until it is time; datagrams that come meanwhile
/// are counted as lost.
package final class GatewayReceiver: @unchecked Sendable {
    package static let messageBytesMax = 64 << 10
    package static let connectionsMax = 256
    private static let pollNanoseconds: UInt64 = 100_000_000
    private static let datagramsInARow = 256
    private static let datagramBytesMax = 65_536

    package let desks: [GatewayDesk]
    /// Where syslog is taken, in the order of the configuration.
    package let listeners: [(transport: SyslogListener.Transport, address: SocketAddress)]
    private let loop: EventLoop
    private let queue: GatewayQueue
    private let buffer: UnsafeMutableRawBufferPointer
    private var sockets: [(desk: GatewayDesk, transport: SyslogListener.Transport, raw: Int32, lost: UInt32)] = []
    private var tails: [(desk: GatewayDesk, tail: FileTail)] = []
    private var connections: [ObjectIdentifier: SyslogConnection] = [:]
    private var watches: [Watch] = []
    private var timer: Watch?
    private var thread: WorkerThread?

    /// Listens at once, and reads from the moment of `start`.
    package init(
        _ rules: [GatewayRule], symbols: SymbolTable, hops: HopTable, semantics: SpanSemantics,
        sink: @escaping BatchSink
    ) throws(PlatformError) {
        desks = rules.map { GatewayDesk($0) }
        loop = try EventLoop()
        queue = GatewayQueue(SpanDelivery(symbols: symbols, hops: hops, semantics: semantics, sink: sink))
        var listeners: [(SyslogListener.Transport, SocketAddress)] = []
        for desk in desks {
            for path in desk.rule.files {
                tails.append((desk, FileTail(path, lineBytesMax: Self.messageBytesMax)))
            }
            for listener in desk.rule.syslog {
                let opened = try Self.open(listener)
                listeners.append((listener.transport, opened.address))
                sockets.append((desk, listener.transport, opened.raw, 0))
            }
        }
        self.listeners = listeners
        buffer = .allocate(byteCount: Self.datagramBytesMax, alignment: 8)
    }

    deinit {
        buffer.deallocate()
    }

    private static func open(
        _ listener: SyslogListener
    ) throws(PlatformError) -> (address: SocketAddress, raw: Int32) {
        guard var address = SocketAddress(listener.address) else {
            throw PlatformError(code: .invalidAddress, operation: "listen on", subject: listener.address)
        }
        let descriptor =
            switch listener.transport {
            case .udp: try Socket.bindDatagrams(to: address)
            case .tcp: try Socket.listen(on: address)
            }
        address.port = try Socket.port(of: descriptor)
        return (address, descriptor.take())
    }

    package func start() throws(PlatformError) {
        loop.submit { [self] in begin() }
        thread = try WorkerThread(name: "gateways") { [self] in loop.run() }
    }

    /// Takes what has come, then ends.
    package func stop() {
        loop.submit { [self] in end() }
        loop.stop()
        thread?.join()
        thread = nil
    }

    private func begin() {
        for socket in sockets {
            watches.append(
                loop.watch(socket.raw, for: .reading) { [unowned self] in
                    switch socket.transport {
                    case .udp: readDatagrams(socket.desk, socket.raw)
                    case .tcp: accept(socket.desk, socket.raw)
                    }
                })
        }
        timer = loop.timer(everyNanoseconds: Self.pollNanoseconds) { [unowned self] in poll() }
        poll()
    }

    private func end() {
        for socket in sockets where socket.transport == .udp { readDatagrams(socket.desk, socket.raw) }
        poll()
        watches = []
        timer = nil
        connections = [:]
        for socket in sockets { _ = Descriptor(owning: socket.raw) }
        sockets = []
    }

    private func readDatagrams(_ desk: GatewayDesk, _ raw: Int32) {
        for _ in 0..<Self.datagramsInARow {
            guard let count = Socket.receiveDatagram(raw, into: buffer) else { break }
            guard count > 0 else { continue }
            if queue.isPaused(Clock.monotonicNanoseconds) {
                desk.refuse(.overloaded)
            } else if count > Self.messageBytesMax {
                desk.refuse(.tooLong)
            } else {
                queue.take(Array(buffer[..<count])[...], desk, isSyslog: true)
            }
        }
        queue.flush()
    }

    private func accept(_ desk: GatewayDesk, _ raw: Int32) {
        while let descriptor = try? Socket.accept(raw) {
            guard connections.count < Self.connectionsMax else {
                desk.refuse(.tooManyConnections)
                continue
            }
            let connection = SyslogConnection(descriptor, desk, messageBytesMax: Self.messageBytesMax)
            connections[ObjectIdentifier(connection)] = connection
            watch(connection)
        }
    }

    private func watch(_ connection: SyslogConnection) {
        connection.reading = loop.watch(connection.descriptor.raw, for: .reading) {
            [unowned self, unowned connection] in read(connection)
        }
    }

    private func read(_ connection: SyslogConnection) {
        if queue.isPaused(Clock.monotonicNanoseconds) {
            connection.reading = nil
            return
        }
        let isOpen = connection.read(buffer, queue)
        queue.flush()
        guard !isOpen else { return }
        connection.reading = nil
        connections[ObjectIdentifier(connection)] = nil
    }

    private func countLost() {
        for index in sockets.indices where sockets[index].transport == .udp {
            let lost = Socket.lostDatagrams(sockets[index].raw)
            sockets[index].desk.refuse(.bufferFull, Int(lost &- sockets[index].lost))
            sockets[index].lost = lost
        }
    }

    /// The turn of the files, and of everything that waits for a time.
    private func poll() {
        let now = Clock.monotonicNanoseconds
        countLost()
        queue.flush()
        guard !queue.isPaused(now) else { return }
        for connection in Array(connections.values) {
            if connection.isIdle(now) {
                connection.reading = nil
                connections[ObjectIdentifier(connection)] = nil
            } else if connection.reading == nil {
                watch(connection)
            }
        }
        for (desk, tail) in tails where !queue.isPaused(now) {
            let round = tail.poll(nowNanoseconds: now, buffer: buffer) { line in
                queue.take(line, desk, isSyslog: false)
            }
            if round.isUnreadable { desk.refuse(.unreadableFile) }
            if round.isTruncated { desk.refuse(.truncatedFile) }
            desk.refuse(.tooLong, tail.takeTooLong())
            queue.flush()
        }
    }
}

package import Platform
import Synchronization

/// A gRPC server for unary methods, without TLS and with prior knowledge of HTTP/2 (h2c): one accepting loop that hands
/// each connection to the thread with the fewest.
package final class GRPCServer: @unchecked Sendable {
    package let counters = GRPCCounters()
    package let address: SocketAddress
    private let listener: Int32
    private let limits: GRPCLimits
    private let readers: [GRPCReader]
    private var threads: [WorkerThread] = []
    private var accepting: Watch?
    private var pause: Watch?

    /// Listens at once, and reads from the moment of `start`. `makeMethods` is called once for each thread.
    package init(
        address: SocketAddress, limits: GRPCLimits = GRPCLimits(), token: BearerToken? = nil,
        makeMethods: () -> GRPCMethods
    ) throws(PlatformError) {
        precondition(limits.threads > 0, "somebody has to read")
        let descriptor = try Socket.listen(on: address)
        var bound = address
        bound.port = try Socket.port(of: descriptor)
        self.address = bound
        self.limits = limits
        var readers: [GRPCReader] = []
        for _ in 0..<limits.threads {
            readers.append(
                try GRPCReader(GRPCDesk(limits: limits, counters: counters, methods: makeMethods(), token: token)))
        }
        self.readers = readers
        listener = descriptor.take()
    }

    package func start() throws(PlatformError) {
        for (index, reader) in readers.enumerated() {
            threads.append(try WorkerThread(name: "grpc-\(index)") { reader.run() })
        }
        readers[0].loop.submit { [self] in watchListener() }
    }

    /// Takes no more connections and no more calls, lets those under way finish, and waits for the threads.
    package func stop() {
        readers[0].loop.submit { [self] in
            accepting = nil
            pause = nil
            _ = Descriptor(owning: listener)
        }
        for reader in readers { reader.drain() }
        for thread in threads { thread.join() }
        threads = []
    }

    private func watchListener() {
        accepting = readers[0].loop.watch(listener, for: .reading) { [unowned self] in acceptAll() }
    }

    private func acceptAll() {
        do throws(PlatformError) {
            while let descriptor = try Socket.accept(listener) { admit(descriptor) }
        } catch {
            // Out of descriptors, most likely: looking away for a moment saves a busy loop.
            counters.connectionsRefused.add(1, ordering: .relaxed)
            accepting = nil
            pause = readers[0].loop.timer(everyNanoseconds: 100_000_000) { [unowned self] in
                pause = nil
                watchListener()
            }
        }
    }

    /// One connection too many is closed at once, which a client takes for unavailable and tries again later.
    private func admit(_ descriptor: consuming Descriptor) {
        guard counters.connections.load(ordering: .relaxed) < limits.connectionsMax else {
            counters.connectionsRefused.add(1, ordering: .relaxed)
            return
        }
        counters.connectionsTotal.add(1, ordering: .relaxed)
        let reader = readers.min { $0.load.load(ordering: .relaxed) < $1.load.load(ordering: .relaxed) }
        reader!.adopt(descriptor.take())
    }
}

package import Platform
package import Symbols
import Synchronization
import Wire

/// The native protocol's listener: one accepting loop that hands each connection to the reader with the fewest.
package final class NativeReceiver: @unchecked Sendable {
    package let counters = NativeCounters()
    package let address: SocketAddress
    private let listener: Int32
    private let settings: NativeSettings
    private let readers: [NativeReader]
    private var threads: [WorkerThread] = []
    private var accepting: Watch?
    private var pause: Watch?

    /// Listens at once, and reads from the moment of `start`. `makeSink` is called once for each reader thread.
    package init(
        address: SocketAddress, settings: NativeSettings, symbols: SymbolTable, hops: HopTable,
        makeSink: () -> BatchSink
    ) throws(PlatformError) {
        let descriptor = try Socket.listen(on: address)
        var bound = address
        bound.port = try Socket.port(of: descriptor)
        self.address = bound
        self.settings = settings
        let sessions = NativeSessions()
        var readers: [NativeReader] = []
        for _ in 0..<settings.readerThreads {
            readers.append(
                try NativeReader(
                    settings: settings, sessions: sessions, counters: counters, symbols: symbols, hops: hops,
                    sink: makeSink()))
        }
        self.readers = readers
        listener = descriptor.take()
    }

    package func start() throws(PlatformError) {
        for (index, reader) in readers.enumerated() {
            threads.append(try WorkerThread(name: "native-\(index)") { reader.run() })
        }
        readers[0].loop.submit { [self] in watchListener() }
    }

    /// Says goodbye to every client and waits for the threads.
    package func stop() {
        readers[0].loop.submit { [self] in
            accepting = nil
            pause = nil
            _ = Descriptor(owning: listener)
        }
        for reader in readers { reader.loop.stop() }
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
            // Out of descriptors, most likely: the listener stays ready, so looking away for a moment saves a busy
            // loop.
            counters.connectionsRefused.add(1, ordering: .relaxed)
            accepting = nil
            pause = readers[0].loop.timer(everyNanoseconds: 100_000_000) { [unowned self] in
                pause = nil
                watchListener()
            }
        }
    }

    private func admit(_ descriptor: consuming Descriptor) {
        guard counters.connections.load(ordering: .relaxed) < settings.connectionsMax else {
            counters.connectionsRefused.add(1, ordering: .relaxed)
            var conversation = NativeConversation()
            conversation.fail(
                WireError(.overloaded, "\(settings.connectionsMax) clients are connected already"), streamOffset: 0)
            _ = conversation.output.withUnsafeBytes { Socket.send(descriptor.raw, $0) }
            return
        }
        counters.connectionsTotal.add(1, ordering: .relaxed)
        let reader = readers.min { $0.load.load(ordering: .relaxed) < $1.load.load(ordering: .relaxed) }
        reader!.adopt(descriptor.take())
    }
}

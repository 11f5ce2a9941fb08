import CMicroHTTPD
import Glibc
import Platform
import Synchronization

/// An HTTP/1.1 server on one address, with its own small pool of threads; handlers run on them.
///
/// `stop` may be called from any thread but a handler's, where it would wait for itself. The last reference must not
/// be dropped inside a handler for the same reason.
package final class HTTPServer: Sendable {
    package let address: String
    /// The port in use, also where 0 was asked for.
    package let port: UInt16
    private let intake: RequestIntake
    private let daemon: Mutex<Daemon?>

    /// The library's handle. It is touched under the lock alone, or by whoever took it out of there.
    private struct Daemon: @unchecked Sendable {
        var handle: OpaquePointer
    }

    package init(
        address: String, port: UInt16, limits: HTTPLimits = HTTPLimits(), handler: @escaping HTTPHandler
    ) throws(HTTPError) {
        precondition(limits.threads > 0 && limits.connectionsMax >= limits.threads, "every thread needs a connection")
        guard let wanted = SocketAddress(host: address, port: port) else {
            throw HTTPError(.invalidAddress, "\(address) is neither an IPv4 nor an IPv6 address")
        }
        // The socket is not the library's, because only so the reason of a failure and the port that the system chose
        // are known for certain.
        let (listener, bound) = try Self.listen(on: wanted)
        intake = RequestIntake(limits: limits, handler: handler)
        guard let handle = Self.start(listener, isIPv6: wanted.isIPv6, limits, intake) else {
            close(listener)
            throw HTTPError(.serverDidNotStart, "the HTTP server on \(address) did not start")
        }
        self.address = address
        self.port = bound
        let running = Daemon(handle: handle)
        daemon = Mutex(running)
    }

    deinit {
        stop(withinMilliseconds: 0)
    }

    /// Takes no new connections, refuses new requests, waits for answers that are under way and ends. False where a
    /// handler did not come back in time: its thread then ends by itself when it does.
    @discardableResult
    package func stop(withinMilliseconds limit: UInt32 = 5000) -> Bool {
        guard let daemon = daemon.withLock({ $0.take() }) else { return true }
        // The library's own way to take no more connections (MHD_quiesce_daemon) races with its threads and aborts the
        // process now and then: connections are refused as they arrive.
        intake.close()
        var waited: UInt32 = 0
        while intake.answeringCount > 0, waited < limit {
            usleep(1000)
            waited += 1
        }
        let isIdle = intake.answeringCount == 0
        if isIdle { Self.end(daemon, intake) } else { endLater(daemon) }
        return isIdle
    }

    private static let hangUpMillisecondsMax: UInt32 = 2000

    private static func end(_ daemon: Daemon, _ intake: RequestIntake) {
        intake.connections.hangUp(withinMilliseconds: hangUpMillisecondsMax)
        MHD_stop_daemon(daemon.handle)
    }

    /// Ends the library's threads on a thread of its own, since that waits for handlers without a bound.
    private func endLater(_ daemon: Daemon) {
        let ending = Unmanaged.passRetained(Ending(daemon: daemon, intake: intake)).toOpaque()
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Ending>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, ending)
        precondition(failure == 0, "no thread to end the server on")
        pthread_detach(thread)
    }

    private final class Ending {
        let daemon: Daemon
        /// Kept alive for the handlers that still run.
        let intake: RequestIntake

        init(daemon: Daemon, intake: RequestIntake) {
            self.daemon = daemon
            self.intake = intake
        }

        func run() { HTTPServer.end(daemon, intake) }
    }
}

extension HTTPServer {
    /// The listening socket, which is the caller's to close, and its port.
    private static func listen(on address: SocketAddress) throws(HTTPError) -> (descriptor: Int32, port: UInt16) {
        do throws(PlatformError) {
            let descriptor = try Socket.listen(on: address)
            let port = try Socket.port(of: descriptor)
            return (descriptor.take(), port)
        } catch {
            throw HTTPError(listeningOn: address, error)
        }
    }

    private static func start(
        _ listener: Int32, isIPv6: Bool, _ limits: HTTPLimits, _ intake: RequestIntake
    ) -> OpaquePointer? {
        // Escapes in addresses are left to us: the library would decode `%2F` before the path is cut into segments.
        let unescape: @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<CChar>?) -> Int = {
            _, _, text in text.map { strlen($0) } ?? 0
        }
        let context = Unmanaged.passUnretained(intake).toOpaque()
        let options = [
            option(.LISTEN_SOCKET, Int(listener)),
            option(.THREAD_POOL_SIZE, limits.threads > 1 ? limits.threads : 0),
            option(.CONNECTION_LIMIT, limits.connectionsMax),
            option(.CONNECTION_TIMEOUT, limits.idleSecondsMax),
            option(.CONNECTION_MEMORY_LIMIT, limits.headerBytesMax),
            option(.STRICT_FOR_CLIENT, 1),
            option(.UNESCAPE_CALLBACK, unsafeBitCast(unescape, to: Int.self)),
            option(.NOTIFY_CONNECTION, unsafeBitCast(connection, to: Int.self), context),
            option(.END, 0),
        ]
        let flags =
            MHD_USE_EPOLL_INTERNAL_THREAD.rawValue | MHD_USE_ITC.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
            | (isIPv6 ? MHD_USE_IPv6.rawValue : 0)
        return options.withUnsafeBufferPointer {
            unmask_mhd_start(
                flags, admission, access, context, completed, $0.baseAddress)
        }
    }

    private static func option(
        _ option: MHD_OPTION, _ value: Int, _ pointer: UnsafeMutableRawPointer? = nil
    ) -> MHD_OptionItem {
        MHD_OptionItem(option: option, value: value, ptr_value: pointer)
    }

    private static let admission: MHD_AcceptPolicyCallback = { context, _, _ in
        guard let context else { return .NO }
        return Unmanaged<RequestIntake>.fromOpaque(context).takeUnretainedValue().connections.admit() ? .YES : .NO
    }

    private static let connection: MHD_NotifyConnectionCallback = { context, handle, _, event in
        guard let context, let handle else { return }
        let connections = Unmanaged<RequestIntake>.fromOpaque(context).takeUnretainedValue().connections
        let socket = unmask_mhd_socket(handle)
        if event == .CONNECTION_NOTIFY_STARTED { connections.opened(socket) } else { connections.closed(socket) }
    }

    private static let access: MHD_AccessHandlerCallback = { context, handle, url, method, _, part, size, slot in
        guard let context, let handle, let url, let method, let size, let slot else { return .NO }
        let intake = Unmanaged<RequestIntake>.fromOpaque(context).takeUnretainedValue()
        let connection = MHDConnection(handle: handle)
        guard let begun = slot.pointee else {
            let (exchange, result) = intake.begin(connection)
            slot.pointee = Unmanaged.passRetained(exchange).toOpaque()
            return result
        }
        let exchange = Unmanaged<Exchange>.fromOpaque(begun).takeUnretainedValue()
        if size.pointee > 0 {
            defer { size.pointee = 0 }
            return exchange.append(UnsafeRawBufferPointer(start: part, count: size.pointee)) ? .YES : .NO
        }
        return intake.finish(
            connection, exchange, method: String(cString: method), rawPath: MHDConnection.bytes(url))
    }

    private static let completed: MHD_RequestCompletedCallback = { context, _, slot, _ in
        guard let context, let slot, let begun = slot.pointee else { return }
        slot.pointee = nil
        let exchange = Unmanaged<Exchange>.fromOpaque(begun).takeRetainedValue()
        Unmanaged<RequestIntake>.fromOpaque(context).takeUnretainedValue().complete(exchange)
    }
}

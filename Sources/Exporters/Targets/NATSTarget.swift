internal import CNATS
import HTTP
import Platform
import Synchronization

/// A subject of a NATS server. A message is delivered when the server has answered the ping behind it.
///
/// The library gets a numeric address that the guard let through, and never looks for other servers or reconnects by
/// itself: the next delivery does, through the guard again.
final class NATSTarget: DeliveryTarget {
    struct Address: Sendable {
        var host: String
        var port: UInt16
        var isSecure: Bool
    }

    private let address: Address
    private let subject: String
    private let user: String
    private let secret: Secret?
    private let targets: TargetGuard
    private let timeoutMilliseconds: Int64
    private let connection = Mutex(NATSConnection?.none)
    private let isInterrupted = Atomic<Bool>(false)

    init(
        _ address: Address, subject: String, user: String, secret: Secret?, targets: TargetGuard,
        timeoutNanoseconds: UInt64
    ) {
        self.address = address
        self.subject = subject
        self.user = user
        self.secret = secret
        self.targets = targets
        timeoutMilliseconds = Int64(timeoutNanoseconds / 1_000_000)
    }

    func deliver(_ parcel: Parcel) -> DeliveryOutcome {
        if isInterrupted.load(ordering: .acquiring) { return .interrupted }
        do throws(ExportError) {
            try way().publish(parcel, subject, timeoutMilliseconds)
            return .delivered(answer: "taken by the server")
        } catch {
            connection.withLock { $0 = nil }
            if isInterrupted.load(ordering: .acquiring) { return .interrupted }
            return .postponed(answer: error.description, scope: .target)
        }
    }

    /// Closing ends a ping that nobody answers; what is still connecting ends by its timeout.
    func interrupt() {
        isInterrupted.store(true, ordering: .releasing)
        connection.withLock { $0 }?.close()
    }

    private func way() throws(ExportError) -> NATSConnection {
        if let open = connection.withLock({ $0 }), !open.isClosed { return open }
        let new = try dial()
        connection.withLock { $0 = new }
        return new
    }

    private func dial() throws(ExportError) -> NATSConnection {
        var complaint = "\(address.host) has no address"
        let found: [SocketAddress]
        do throws(PlatformError) {
            found = try Socket.resolve(host: address.host, port: address.port)
        } catch {
            throw ExportError("\(error)")
        }
        for candidate in found {
            if let refusal = targets.complaint(candidate, of: address.host) {
                complaint = refusal
                continue
            }
            return try NATSConnection(
                candidate, host: address.isSecure ? address.host : nil, user: user, secret: secret?.text,
                timeoutMilliseconds: timeoutMilliseconds)
        }
        throw ExportError(complaint)
    }
}

/// The library's connection: the only type that touches it. One thread at a time, but for `close`.
private final class NATSConnection: @unchecked Sendable {
    private var handle: OpaquePointer?
    private let name: String

    /// `host` is whose certificate is asked for; nil for a connection without TLS.
    init(
        _ address: SocketAddress, host: String?, user: String, secret: String?, timeoutMilliseconds: Int64
    ) throws(ExportError) {
        name = "\(address)"
        var options: OpaquePointer?
        guard natsOptions_Create(&options) == NATS_OK else { throw ExportError("NATS: no memory") }
        defer { natsOptions_Destroy(options) }
        var status = [
            natsOptions_SetURL(options, "nats://\(address)"), natsOptions_SetTimeout(options, timeoutMilliseconds),
            natsOptions_SetAllowReconnect(options, false), natsOptions_SetIgnoreDiscoveredServers(options, true),
            natsOptions_SetName(options, "unmask"),
        ]
        if let host {
            status.append(natsOptions_SetSecure(options, true))
            status.append(natsOptions_SetExpectedHostname(options, host))
        }
        if let secret {
            status.append(
                user.isEmpty
                    ? natsOptions_SetToken(options, secret) : natsOptions_SetUserInfo(options, user, secret))
        }
        if let fault = status.first(where: { $0 != NATS_OK }) { throw Self.error(fault, name) }
        let result = natsConnection_Connect(&handle, options)
        guard result == NATS_OK else { throw Self.error(result, name) }
    }

    deinit { natsConnection_Destroy(handle) }

    func close() { natsConnection_Close(handle) }

    var isClosed: Bool { natsConnection_IsClosed(handle) }

    func publish(_ parcel: Parcel, _ subject: String, _ timeoutMilliseconds: Int64) throws(ExportError) {
        var message: OpaquePointer?
        var result = parcel.body.withUnsafeBytes { bytes in
            natsMsg_Create(
                &message, subject, nil, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
        }
        guard result == NATS_OK else { throw Self.error(result, name) }
        defer { natsMsg_Destroy(message) }
        result = natsMsgHeader_Set(message, "Nats-Msg-Id", parcel.id)
        if result == NATS_OK { result = natsConnection_PublishMsg(handle, message) }
        if result == NATS_OK { result = natsConnection_FlushTimeout(handle, timeoutMilliseconds) }
        guard result == NATS_OK else { throw Self.error(result, name) }
    }

    private static func error(_ status: natsStatus, _ name: String) -> ExportError {
        ExportError("NATS at \(name): \(String(cString: natsStatus_GetText(status)))")
    }
}

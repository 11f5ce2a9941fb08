import CGnuTLS
import Kernel
import UnmaskClient

/// One connection through GnuTLS over a socket that does not block. Used by one thread.
final class TLSTransport: Transport {
    private let socket: Descriptor
    private let session: gnutls_session_t
    /// The library keeps only a pointer to the name that the certificate must have.
    private let host: UnsafeMutablePointer<CChar>
    private let credentials: ClientCredentials
    /// The library holds a record that the socket did not take whole; it must be told to go on, not given it anew.
    private var isFlushing = false

    init(
        _ socket: consuming Descriptor, host name: String, _ credentials: ClientCredentials,
        _ handle: gnutls_certificate_credentials_t
    ) throws(TLSError) {
        var made: gnutls_session_t?
        let flags = GNUTLS_CLIENT.rawValue | GNUTLS_NONBLOCK.rawValue | GNUTLS_NO_SIGNAL.rawValue
        let result = gnutls_init(&made, UInt32(flags))
        guard result == GNUTLS_E_SUCCESS, let made else { throw TLSError(result, "a TLS session") }
        let text = Array(name.utf8CString)
        host = .allocate(capacity: text.count)
        host.initialize(from: text, count: text.count)
        session = made
        self.credentials = credentials
        gnutls_transport_set_int2(made, socket.raw, socket.raw)
        self.socket = socket
        gnutls_set_default_priority(made)
        gnutls_credentials_set(made, GNUTLS_CRD_CERTIFICATE, UnsafeMutableRawPointer(handle))
        gnutls_session_set_verify_cert(made, host, 0)
        // Addresses are no names to ask for.
        if SocketAddress(host: name, port: 0) == nil {
            gnutls_server_name_set(made, GNUTLS_NAME_DNS, host, text.count - 1)
        }
    }

    deinit {
        gnutls_deinit(session)
        host.deallocate()
    }

    var descriptor: Int32 { socket.raw }

    func establish() throws -> Poll.Interest? {
        while true {
            let result = gnutls_handshake(session)
            if result == GNUTLS_E_SUCCESS { return nil }
            if result == GNUTLS_E_AGAIN { return gnutls_record_get_direction(session) == 0 ? .reading : .writing }
            // Warnings go by; the rest is the end.
            if result == GNUTLS_E_INTERRUPTED || gnutls_error_is_fatal(result) == 0 { continue }
            throw TLSError(result, "TLS with \(String(cString: host))")
        }
    }

    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Socket.Transfer {
        while true {
            let count = gnutls_record_recv(session, buffer.baseAddress, buffer.count)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .closed }
            if Int32(count) == GNUTLS_E_AGAIN { return .wouldBlock }
            if Int32(count) != GNUTLS_E_INTERRUPTED, gnutls_error_is_fatal(Int32(count)) != 0 { return .closed }
        }
    }

    func send(_ bytes: UnsafeRawBufferPointer) -> Socket.Transfer {
        while true {
            let count =
                isFlushing
                ? gnutls_record_send(session, nil, 0) : gnutls_record_send(session, bytes.baseAddress, bytes.count)
            isFlushing = Int32(clamping: count) == GNUTLS_E_AGAIN || Int32(clamping: count) == GNUTLS_E_INTERRUPTED
            if count >= 0 { return .bytes(count) }
            if Int32(count) == GNUTLS_E_AGAIN { return .wouldBlock }
            if Int32(count) != GNUTLS_E_INTERRUPTED { return .closed }
        }
    }

    func endSending() {
        gnutls_bye(session, GNUTLS_SHUT_WR)
    }
}

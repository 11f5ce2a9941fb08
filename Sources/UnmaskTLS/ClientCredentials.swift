import CGnuTLS
import Kernel
import UnmaskClient

/// Whom to trust. Never written after its making, so that any thread may use it.
final class ClientCredentials: TransportMaker, @unchecked Sendable {
    private let handle: gnutls_certificate_credentials_t

    init(_ authorities: String?) throws(TLSError) {
        var made: gnutls_certificate_credentials_t?
        let result = gnutls_certificate_allocate_credentials(&made)
        guard result == GNUTLS_E_SUCCESS, let made else { throw TLSError(result, "TLS credentials") }
        handle = made
        let count =
            if let authorities {
                gnutls_certificate_set_x509_trust_file(made, authorities, GNUTLS_X509_FMT_PEM)
            } else {
                gnutls_certificate_set_x509_system_trust(made)
            }
        guard count > 0 else {
            throw TLSError(count < 0 ? count : GNUTLS_E_NO_CERTIFICATE_FOUND, authorities ?? "the system's authorities")
        }
    }

    deinit {
        gnutls_certificate_free_credentials(handle)
    }

    func secure(_ descriptor: consuming Descriptor, host: String) throws -> any Transport {
        try TLSTransport(descriptor, host: host, self, handle)
    }
}

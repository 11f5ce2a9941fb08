import Glibc

/// A bound and listening TCP socket. Made here and not by the HTTP library, because only so the reason of a failure
/// and the port that the system chose are known for certain. Whoever takes `descriptor` closes it.
struct ListeningSocket {
    let descriptor: Int32
    let port: UInt16
    let isIPv6: Bool

    private static let backlog: Int32 = 1024

    init(address: String, port: UInt16) throws(HTTPError) {
        guard let resolved = SocketAddress(address: address, port: port) else {
            throw HTTPError(.invalidAddress, "\(address) is neither an IPv4 nor an IPv6 address")
        }
        isIPv6 = resolved.isIPv6
        let type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(type), 0)
        guard descriptor >= 0 else { throw Self.failure(address, port, errno) }
        // A restarted collector must not wait until the kernel has forgotten its old connections.
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        let bound = resolved.withSockAddr { bind(descriptor, $0, $1) }
        guard bound == 0, listen(descriptor, Self.backlog) == 0, let name = SocketAddress(ofSocket: descriptor) else {
            let reason = errno
            close(descriptor)
            throw Self.failure(address, port, reason)
        }
        self.descriptor = descriptor
        self.port = name.port
    }

    private static func failure(_ address: String, _ port: UInt16, _ reason: Int32) -> HTTPError {
        let place = address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
        switch reason {
        case EADDRINUSE: return HTTPError(.addressInUse, "\(place) is in use by another program")
        case EADDRNOTAVAIL: return HTTPError(.addressNotAvailable, "\(address) is no address of this machine")
        case EACCES: return HTTPError(.permissionDenied, "not allowed to listen on \(place)")
        default: return HTTPError(.serverDidNotStart, "cannot listen on \(place): \(SystemReason.text(reason))")
        }
    }
}

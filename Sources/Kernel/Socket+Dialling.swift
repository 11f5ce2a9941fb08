import Glibc

extension Socket {
    /// Begins to connect and comes back at once; the socket is ready for writing when it is decided.
    package static func dial(_ address: SocketAddress) throws(PlatformError) -> Descriptor {
        let descriptor = try open(address, nonBlocking: true)
        let result = address.withKernelForm { connect(descriptor.raw, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else { throw .last("connect to", "\(address)") }
        disableDelay(descriptor.raw)
        return descriptor
    }

    /// A socket whose datagrams go to the address; it does not block.
    package static func dialDatagrams(_ address: SocketAddress) throws(PlatformError) -> Descriptor {
        let descriptor = try open(address, nonBlocking: true, type: SOCK_DGRAM)
        guard address.withKernelForm({ connect(descriptor.raw, $0, $1) }) == 0 else {
            throw .last("connect to", "\(address)")
        }
        return descriptor
    }

    /// Sends one datagram. What the peer refused earlier is told here, by the next one.
    package static func sendDatagram(_ raw: Int32, _ bytes: [UInt8], _ name: String) throws(PlatformError) {
        while true {
            if bytes.withUnsafeBytes({ Glibc.send(raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }) >= 0 { return }
            if errno != EINTR { throw .last("send to", name) }
        }
    }

    /// The same for a socket of the file system.
    package static func dial(path: String) throws(PlatformError) -> Descriptor {
        let raw = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard raw >= 0 else { throw .last("socket", path) }
        let descriptor = Descriptor(owning: raw)
        guard var address = localAddress(path) else {
            throw PlatformError(code: .init(number: ENAMETOOLONG), operation: "connect to", subject: path)
        }
        let result = withLocalForm(&address) { connect(descriptor.raw, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else { throw .last("connect to", path) }
        return descriptor
    }

    package static func listen(path: String) throws(PlatformError) -> Descriptor {
        let raw = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard raw >= 0 else { throw .last("socket", path) }
        let descriptor = Descriptor(owning: raw)
        guard var address = localAddress(path) else {
            throw PlatformError(code: .init(number: ENAMETOOLONG), operation: "listen on", subject: path)
        }
        guard withLocalForm(&address, { bind(descriptor.raw, $0, $1) }) == 0,
            Glibc.listen(descriptor.raw, backlog) == 0
        else { throw .last("listen on", path) }
        return descriptor
    }

    /// What became of a `dial`, once the socket is ready for writing.
    package static func requireConnected(_ raw: Int32, _ name: String) throws(PlatformError) {
        var number: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(raw, SOL_SOCKET, SO_ERROR, &number, &length) == 0 else { throw .last("connect to", name) }
        guard number == 0 else {
            throw PlatformError(code: .init(number: number), operation: "connect to", subject: name)
        }
    }

    /// The addresses of a host by name, as the system resolves it. Blocks as long as the system likes.
    package static func resolve(host: String, port: UInt16) throws(PlatformError) -> [SocketAddress] {
        if let known = SocketAddress(host: host, port: port) { return [known] }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else {
            throw PlatformError(code: .init(number: EHOSTUNREACH), operation: "find the host", subject: host)
        }
        defer { freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var next = list
        while let entry = next {
            if var address = entry.pointee.ai_addr.flatMap({ SocketAddress(kernelForm: $0) }) {
                address.port = port
                if !found.contains(address) { found.append(address) }
            }
            next = entry.pointee.ai_next
        }
        return found
    }

    private static func localAddress(_ path: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard !bytes.isEmpty, bytes.count < capacity, !bytes.contains(0) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return address
    }

    private static func withLocalForm<R>(
        _ address: inout sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R
    ) -> R {
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

import Glibc

/// A numeric address and port: `127.0.0.1:7200`, `[::1]:7200`. Names are not resolved here.
package struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    package var host: String
    package var port: UInt16
    package var isIPv6: Bool

    /// Nil where the text is no numeric address with a port; a port alone means loopback.
    package init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            guard let port = UInt16(text) else { return nil }
            self.init(host: "127.0.0.1", port: port)
            return
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host == "localhost" || host.isEmpty { host = "127.0.0.1" }
        self.init(host: host, port: port)
    }

    package init?(host: String, port: UInt16) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, host, &v4) == 1 {
            isIPv6 = false
        } else if inet_pton(AF_INET6, host, &v6) == 1 {
            isIPv6 = true
        } else {
            return nil
        }
        self.host = host
        self.port = port
    }

    /// Reads an address that the kernel or a C library lends; an IPv4 peer of a socket for both families looks like
    /// one. Nil for every other family.
    package init?(kernelForm raw: UnsafeRawPointer) {
        let family = Int32(raw.load(as: sa_family_t.self))
        guard family == AF_INET || family == AF_INET6 else { return nil }
        let isV6 = family == AF_INET6
        let offset =
            isV6
            ? MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr)! : MemoryLayout<sockaddr_in>.offset(of: \.sin_addr)!
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, raw + offset, &text, socklen_t(text.count)) != nil else { return nil }
        let host = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let mapped = "::ffff:"
        isIPv6 = isV6 && !(host.hasPrefix(mapped) && host.contains("."))
        self.host = isV6 && !isIPv6 ? String(host.dropFirst(mapped.count)) : host
        // The port stands in the two bytes behind the family, whichever that is.
        port = UInt16(bigEndian: raw.load(fromByteOffset: 2, as: UInt16.self))
    }

    package var isLoopback: Bool { isIPv6 ? host == "::1" : host.hasPrefix("127.") }
    package var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Lends the address in the kernel's form.
    func withKernelForm<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        var storage = sockaddr_storage()
        return withUnsafeMutablePointer(to: &storage) { pointer in
            let raw = UnsafeMutableRawPointer(pointer)
            let length: Int
            if isIPv6 {
                let address = raw.bindMemory(to: sockaddr_in6.self, capacity: 1)
                address.pointee.sin6_family = sa_family_t(AF_INET6)
                address.pointee.sin6_port = port.bigEndian
                inet_pton(AF_INET6, host, &address.pointee.sin6_addr)
                length = MemoryLayout<sockaddr_in6>.size
            } else {
                let address = raw.bindMemory(to: sockaddr_in.self, capacity: 1)
                address.pointee.sin_family = sa_family_t(AF_INET)
                address.pointee.sin_port = port.bigEndian
                inet_pton(AF_INET, host, &address.pointee.sin_addr)
                length = MemoryLayout<sockaddr_in>.size
            }
            return body(UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self), socklen_t(length))
        }
    }
}

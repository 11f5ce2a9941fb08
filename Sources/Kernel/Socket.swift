internal import CShims
import Glibc

/// TCP and UDP, as little of them as is needed. Every call says what went wrong; none blocks unless its name says so.
package enum Socket {
    package static let backlog: Int32 = 1024

    package static func listen(on address: SocketAddress) throws(PlatformError) -> Descriptor {
        let descriptor = try open(address, nonBlocking: true)
        set(descriptor.raw, SOL_SOCKET, SO_REUSEADDR, 1)
        guard address.withKernelForm({ bind(descriptor.raw, $0, $1) }) == 0 else {
            throw .last("listen on", "\(address)")
        }
        guard Glibc.listen(descriptor.raw, backlog) == 0 else { throw .last("listen on", "\(address)") }
        return descriptor
    }

    /// The port that the kernel chose for a listener on port 0.
    package static func port(of descriptor: borrowing Descriptor) throws(PlatformError) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let raw = descriptor.raw
        let result = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(raw, $0, &length) }
        }
        guard result == 0 else { throw .last("getsockname") }
        // The port stands at the same offset for both families.
        return withUnsafeBytes(of: &storage) { UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self)) }
    }

    /// Blocks until connected. The socket is blocking afterwards unless asked otherwise.
    package static func connectBlocking(to address: SocketAddress) throws(PlatformError) -> Descriptor {
        let descriptor = try open(address, nonBlocking: false)
        guard address.withKernelForm({ connect(descriptor.raw, $0, $1) }) == 0 else {
            throw .last("connect to", "\(address)")
        }
        disableDelay(descriptor.raw)
        return descriptor
    }

    /// Nil when nobody waits. The new socket does not block.
    package static func accept(_ listener: Int32) throws(PlatformError) -> Descriptor? {
        let raw = unmask_accept(listener)
        guard raw < 0 else {
            disableDelay(raw)
            return Descriptor(owning: raw)
        }
        switch errno {
        case EAGAIN, EINTR, ECONNABORTED: return nil
        default: throw .last("accept")
        }
    }

    package enum Transfer: Equatable, Sendable {
        case bytes(Int)
        case wouldBlock
        case closed
    }

    /// With `waiting` false a blocking socket answers at once too.
    package static func receive(
        _ raw: Int32, into buffer: UnsafeMutableRawBufferPointer, waiting: Bool = true
    ) -> Transfer {
        while true {
            let count = recv(raw, buffer.baseAddress, buffer.count, waiting ? 0 : Int32(MSG_DONTWAIT))
            if count > 0 { return .bytes(count) }
            if count == 0 { return .closed }
            if errno == EINTR { continue }
            return errno == EAGAIN ? .wouldBlock : .closed
        }
    }

    package static func send(_ raw: Int32, _ bytes: UnsafeRawBufferPointer) -> Transfer {
        while true {
            let count = Glibc.send(raw, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return .bytes(count) }
            if errno == EINTR { continue }
            return errno == EAGAIN ? .wouldBlock : .closed
        }
    }

    /// Room for a burst while the reader is busy; the kernel may give less.
    private static let datagramBufferBytes: Int32 = 4 << 20

    /// Takes datagrams that are sent to the address. The socket does not block.
    package static func bindDatagrams(to address: SocketAddress) throws(PlatformError) -> Descriptor {
        let descriptor = try open(address, nonBlocking: true, type: SOCK_DGRAM)
        set(descriptor.raw, SOL_SOCKET, SO_RCVBUF, datagramBufferBytes)
        guard address.withKernelForm({ bind(descriptor.raw, $0, $1) }) == 0 else {
            throw .last("listen on", "\(address)")
        }
        return descriptor
    }

    /// The length of the next datagram, which may be 0; nil when none waits.
    package static func receiveDatagram(_ raw: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        while true {
            let count = recv(raw, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            if count >= 0 { return count }
            if errno != EINTR { return nil }
        }
    }

    /// Linux's `SO_MEMINFO` and the place of the count of drops in what it gives.
    private static let memoryInfo: Int32 = 55
    private static let dropsPlace = 8

    /// Datagrams that the kernel threw away since the socket was made, because its buffer was full.
    package static func lostDatagrams(_ raw: Int32) -> UInt32 {
        var numbers = [UInt32](repeating: 0, count: dropsPlace + 1)
        var length = socklen_t(numbers.count * 4)
        let result = getsockopt(raw, SOL_SOCKET, memoryInfo, &numbers, &length)
        return result == 0 && Int(length) == numbers.count * 4 ? numbers[dropsPlace] : 0
    }

    /// Tells the peer that nothing more will come, and goes on receiving.
    package static func endSending(_ raw: Int32) {
        shutdown(raw, Int32(SHUT_WR))
    }

    /// Bounds how long a blocking receive or send may take.
    package static func setTimeouts(_ raw: Int32, milliseconds: Int) {
        var time = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(raw, SOL_SOCKET, SO_RCVTIMEO, &time, size)
        setsockopt(raw, SOL_SOCKET, SO_SNDTIMEO, &time, size)
    }

    static func open(
        _ address: SocketAddress, nonBlocking: Bool, type: __socket_type = SOCK_STREAM
    ) throws(PlatformError) -> Descriptor {
        let flags = Int32(type.rawValue | SOCK_CLOEXEC.rawValue | (nonBlocking ? SOCK_NONBLOCK.rawValue : 0))
        let raw = socket(address.isIPv6 ? AF_INET6 : AF_INET, flags, 0)
        guard raw >= 0 else { throw .last("socket", "\(address)") }
        return Descriptor(owning: raw)
    }

    static func disableDelay(_ raw: Int32) {
        set(raw, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    }

    private static func set(_ raw: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(raw, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}

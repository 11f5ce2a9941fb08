package import Kernel

/// A connection that carries bytes, plain or secret. Nothing blocks. Used by one thread.
package protocol Transport: AnyObject {
    var descriptor: Int32 { get }
    /// Goes on with whatever comes before the first byte; says what it waits for, nil when bytes may flow.
    func establish() throws -> Poll.Interest?
    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Socket.Transfer
    func send(_ bytes: UnsafeRawBufferPointer) -> Socket.Transfer
    /// Tells the peer that nothing more will come, as far as that can be done at once.
    func endSending()
}

/// Makes a connected socket secret. Modules beside this one do, so that a service that needs no TLS links none.
package protocol TransportMaker: AnyObject, Sendable {
    func secure(_ descriptor: consuming Descriptor, host: String) throws -> any Transport
}

/// How the bytes to a collector become secret; `UnmaskTLS` makes these.
public struct TransportSecurity: Sendable, Hashable {
    let maker: any TransportMaker

    package init(_ maker: any TransportMaker) {
        self.maker = maker
    }

    public static func == (left: TransportSecurity, right: TransportSecurity) -> Bool { left.maker === right.maker }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(maker))
    }
}

/// A socket as it is.
final class PlainTransport: Transport {
    private let socket: Descriptor

    init(_ socket: consuming Descriptor) {
        self.socket = socket
    }

    var descriptor: Int32 { socket.raw }
    func establish() -> Poll.Interest? { nil }
    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Socket.Transfer {
        Socket.receive(socket.raw, into: buffer)
    }
    func send(_ bytes: UnsafeRawBufferPointer) -> Socket.Transfer { Socket.send(socket.raw, bytes) }
    func endSending() { Socket.endSending(socket.raw) }
}

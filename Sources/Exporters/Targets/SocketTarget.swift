/// Syslog and statsd: bytes on a socket, which nobody answers.
final class SocketTarget: DeliveryTarget {
    private let socket: TargetSocket
    private let pieces: @Sendable ([UInt8]) -> [[UInt8]]

    init(_ socket: TargetSocket, pieces: @escaping @Sendable ([UInt8]) -> [[UInt8]]) {
        self.socket = socket
        self.pieces = pieces
    }

    func deliver(_ parcel: Parcel) -> DeliveryOutcome { socket.send(pieces(parcel.body)) }
    func interrupt() { socket.interrupt() }
}

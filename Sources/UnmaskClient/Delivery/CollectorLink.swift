import Kernel
import Wire

/// One connection while it lasts: bytes between its socket and its conversation. Used by the delivering thread.
final class CollectorLink {
    enum State: Equatable {
        case dialling
        case establishing(Poll.Interest)
        case open
    }

    let name: String
    private(set) var state: State
    private(set) var conversation: ClientConversation
    private var transport: (any Transport)?
    private var socket: Int32
    private let dialled: Dialler.Candidate
    let bornNanoseconds: UInt64
    private(set) var heardNanoseconds: UInt64
    private var saidNanoseconds: UInt64
    /// When a batch went out behind which none was waiting for its answer.
    private(set) var askedNanoseconds: UInt64 = 0
    var hasAnswered = false
    var windowParcels = 64
    var windowBytes = 8 << 20
    var idleNanoseconds: UInt64 = 120_000_000_000
    private(set) var bytesSent: UInt64 = 0
    private static let bufferBytes = 16 << 10

    init(_ candidate: Dialler.Candidate, _ hello: Hello, now: UInt64) throws {
        let socket: Descriptor
        if let address = candidate.address {
            socket = try Socket.dial(address)
        } else if case .unix(let path) = candidate.collector.place {
            socket = try Socket.dial(path: path)
        } else {
            preconditionFailure("only sockets of the file system have no address")
        }
        self.socket = socket.raw
        name = candidate.collector.description
        dialled = candidate
        state = .dialling
        conversation = ClientConversation(hello)
        bornNanoseconds = now
        heardNanoseconds = now
        saidNanoseconds = now
        guard case .tcp(let host, _) = candidate.collector.place, let security = candidate.collector.security else {
            transport = PlainTransport(socket)
            return
        }
        transport = try security.maker.secure(socket, host: host)
    }

    var descriptor: Int32 { socket }

    var interest: Poll.Interest {
        switch state {
        case .dialling: .writing
        case .establishing(let interest): interest
        case .open: conversation.hasUnsent ? [.reading, .writing] : .reading
        }
    }

    func send(_ parcel: Parcel, isFirst: Bool, now: UInt64) {
        if isFirst { askedNanoseconds = now }
        conversation.send(parcel)
    }

    /// Keeps a quiet connection from being closed as idle.
    func pingIfQuiet(_ now: UInt64) {
        guard conversation.isWelcome, now - saidNanoseconds > idleNanoseconds / 2 else { return }
        saidNanoseconds = now
        conversation.ping(nonce: now)
    }

    /// Moves what can be moved. Throws where the connection is over.
    func advance(_ ready: Poll.Interest, now: UInt64) throws -> [ClientConversation.Event] {
        guard let transport else { return [] }
        if state == .dialling {
            guard ready.contains(.writing) else { return [] }
            try Socket.requireConnected(socket, name)
            state = .establishing([])
        }
        if case .establishing = state {
            if let interest = try transport.establish() {
                state = .establishing(interest)
                return []
            }
            state = .open
        }
        try write(transport, now)
        return try read(transport, now)
    }

    private func write(_ transport: any Transport, _ now: UInt64) throws {
        while conversation.hasUnsent {
            switch conversation.unsent.withUnsafeBytes({ transport.send($0) }) {
            case .bytes(let count):
                conversation.sent(count)
                bytesSent += UInt64(count)
                saidNanoseconds = now
            case .wouldBlock: return
            case .closed: throw LinkFailure(reason: "the connection was closed")
            }
        }
    }

    private func read(_ transport: any Transport, _ now: UInt64) throws -> [ClientConversation.Event] {
        var events: [ClientConversation.Event] = []
        while true {
            var bytes: [UInt8] = []
            let transfer = withUnsafeTemporaryAllocation(byteCount: Self.bufferBytes, alignment: 1) { buffer in
                let transfer = transport.receive(into: buffer)
                if case .bytes(let count) = transfer { bytes = [UInt8](buffer[..<count]) }
                return transfer
            }
            switch transfer {
            case .bytes:
                heardNanoseconds = now
                events += try conversation.receive(bytes)
            case .wouldBlock: return events
            case .closed:
                // What was said last is heard first: it tells why.
                guard events.isEmpty else { return events }
                throw LinkFailure(reason: "the collector closed the connection")
            }
        }
    }

    func close() {
        if state == .open {
            conversation.sayGoodbye()
            _ = conversation.unsent.withUnsafeBytes { transport?.send($0) }
            transport?.endSending()
        }
        transport = nil
    }
}

/// Why a connection is over, where the system has no words for it.
struct LinkFailure: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}

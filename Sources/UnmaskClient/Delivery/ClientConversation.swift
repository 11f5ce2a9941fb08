import Wire

/// The client's side of one connection as a value: bytes of the collector go in, events and bytes to send come out.
/// No socket, no clock.
struct ClientConversation {
    enum Event: Equatable {
        case welcome(Welcome)
        /// With the batch that it answers: the oldest one of the connection without an answer.
        case answer(sequence: UInt64, Ack)
        case goodbye(Goodbye)
        case error(WireError, parcel: UInt64?)
    }

    private(set) var output: [UInt8] = []
    private var outputSent = 0
    private var received: [UInt8] = []
    private var streamBytes: UInt64 = 0
    private var inFlight: [(sequence: UInt64, offset: UInt64)] = []
    private let decoder = MessageDecoder()
    private let limits = FrameLimits(frameBytesMax: 1 << 20, payloadBytesMax: 1 << 20)
    private(set) var isWelcome = false

    init(_ hello: Hello) {
        say(.hello, hello.payload)
    }

    var unsent: ArraySlice<UInt8> { output[outputSent...] }
    var hasUnsent: Bool { outputSent < output.count }

    mutating func sent(_ count: Int) {
        outputSent += count
        guard outputSent == output.count else { return }
        output.removeAll(keepingCapacity: output.count < 1 << 16)
        outputSent = 0
    }

    mutating func send(_ parcel: Parcel) {
        inFlight.append((parcel.sequence, streamBytes))
        output.append(contentsOf: parcel.frame)
        streamBytes += UInt64(parcel.frame.count)
    }

    mutating func ping(nonce: UInt64) { say(.ping, Ping(nonce: nonce).payload) }

    mutating func sayGoodbye() { say(.goodbye, Goodbye().payload) }

    private mutating func say(_ kind: FrameKind, _ payload: [UInt8]) {
        let before = output.count
        FrameWriter.append(kind, payload: payload, to: &output)
        streamBytes += UInt64(output.count - before)
    }

    /// Throws where the bytes are no collector's.
    mutating func receive(_ bytes: some Collection<UInt8>) throws(WireError) -> [Event] {
        received.append(contentsOf: bytes)
        var events: [Event] = []
        var offset = 0
        while let (event, length) = try next(from: offset) {
            offset += length
            if let event { events.append(event) }
        }
        received.removeFirst(offset)
        return events
    }

    private mutating func next(from offset: Int) throws(WireError) -> (Event?, Int)? {
        let decoder = decoder
        let limits = limits
        let isWelcome = isWelcome
        let result = received.withUnsafeBytes { buffer in
            Result { () throws(WireError) -> (Event?, Int)? in
                let rest = UnsafeRawBufferPointer(rebasing: buffer[offset...])
                guard let frame = try FrameParser.first(in: rest, limits: limits) else { return nil }
                let payload = try decoder.payload(of: frame, limits: limits)
                return (try Self.read(frame.kind, payload, decoder, isWelcome: isWelcome), frame.bytes)
            }
        }
        guard let (event, length) = try result.get() else { return nil }
        return (event.flatMap { place($0) }, length)
    }

    private static func read(
        _ kind: FrameKind, _ payload: UnsafeRawBufferPointer, _ decoder: MessageDecoder, isWelcome: Bool
    ) throws(WireError) -> Event? {
        switch (kind, isWelcome) {
        case (.welcome, false): return .welcome(try decoder.welcome(payload))
        case (.ack, true): return .answer(sequence: 0, try decoder.ack(payload))
        case (.pong, true): return nil
        case (.goodbye, _): return .goodbye(try decoder.goodbye(payload))
        case (.error, _): return .error(try decoder.error(payload), parcel: nil)
        default: throw WireError(.unexpectedFrame, "a collector sends no frame of kind \(kind) here")
        }
    }

    /// Says which batch an event is about.
    private mutating func place(_ event: Event) -> Event? {
        switch event {
        case .welcome:
            isWelcome = true
            return event
        case .answer(_, let ack):
            guard !inFlight.isEmpty else { return nil }
            return .answer(sequence: inFlight.removeFirst().sequence, ack)
        case .error(let error, _):
            return .error(error, parcel: inFlight.first { $0.offset == error.offset }?.sequence)
        case .goodbye: return event
        }
    }
}

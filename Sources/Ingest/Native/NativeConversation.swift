import Platform
import Synchronization
package import Wire

/// One client's side of the protocol as a value: a frame goes in, bytes to send come out. No sockets, no clock.
///
/// The order is Hello, Welcome, then batches, pings and at last a Goodbye. A frame that breaks the framing or the
/// order ends the conversation with an Error frame; a batch whose content is wrong only gets its own rejection.
package struct NativeConversation {
    package enum State: Sendable, Equatable {
        case awaitingHello
        case open
        case ended
    }

    private(set) package var state = State.awaitingHello
    /// The conversation ended with an Error frame from this side.
    private(set) var isProtocolError = false
    /// Bytes to send, in order.
    package var output: [UInt8] = []
    private var session: NativeSession?

    package init() {}

    /// Ends the conversation from this side and says why.
    package mutating func fail(_ error: WireError, streamOffset: UInt64) {
        guard state != .ended else { return }
        let placed = WireError(error.code, error.message, offset: streamOffset)
        FrameWriter.append(.error, payload: placed.payload, to: &output)
        state = .ended
        isProtocolError = true
    }

    /// Ends the conversation without a word: the client sends no more.
    mutating func end() {
        state = .ended
    }

    package mutating func sayGoodbye(_ goodbye: Goodbye) {
        guard state != .ended else { return }
        FrameWriter.append(.goodbye, payload: goodbye.payload, to: &output)
        state = .ended
    }

    /// Takes one frame. Throws what ends the conversation.
    mutating func receive(
        _ frame: Frame, _ desk: NativeDesk, _ sink: (NativeSession, BatchColumns, Frame) -> Ack
    ) throws(WireError) {
        switch (frame.kind, state) {
        case (.hello, .awaitingHello):
            try greet(frame, desk)
        case (_, .awaitingHello):
            throw WireError(.unexpectedFrame, "the first frame must be a hello, and this is of kind \(frame.kind)")
        case (.batch, .open):
            take(frame, desk, sink)
        case (.ping, .open):
            let ping = try desk.decoder.ping(try desk.decoder.payload(of: frame, limits: desk.settings.limits))
            FrameWriter.append(.pong, payload: ping.payload, to: &output)
        case (.pong, .open):
            break
        case (.goodbye, .open):
            sayGoodbye(Goodbye())
        case (.hello, .open):
            throw WireError(.unexpectedFrame, "a second hello on one connection")
        case (.welcome, .open), (.ack, .open), (.error, .open):
            throw WireError(.unexpectedFrame, "a client sends no frame of kind \(frame.kind)")
        case (_, .ended):
            break
        }
    }

    private mutating func greet(_ frame: Frame, _ desk: NativeDesk) throws(WireError) {
        let limits = desk.settings.limits
        let hello = try desk.decoder.hello(try desk.decoder.payload(of: frame, limits: limits))
        guard hello.protocolVersion >= 1 else {
            throw WireError(
                .unsupportedVersion, "protocol version \(hello.protocolVersion) does not exist; this side speaks 1")
        }
        guard ConstantTime.equal(hello.token, desk.settings.token) || desk.settings.token.isEmpty else {
            throw WireError(.unauthorised, "the token is not the one that this collector expects")
        }
        guard !hello.instance.isEmpty, hello.instance.utf8.count <= 256 else {
            throw WireError(.corruptMessage, "a Hello names its instance in 1 to 256 bytes")
        }
        let session = desk.sessions.session(of: hello.instance)
        self.session = session
        var welcome = Welcome()
        welcome.protocolVersion = min(hello.protocolVersion, ProtocolVersion.current)
        welcome.collector = desk.settings.collectorName
        welcome.frameBytesMax = UInt32(limits.frameBytesMax)
        welcome.payloadBytesMax = UInt32(limits.payloadBytesMax)
        welcome.batchSpansMax = UInt32(limits.batchSpansMax)
        welcome.windowBatches = desk.settings.windowBatches
        welcome.windowBytes = desk.settings.windowBytes
        welcome.highestSequence = session.window.withLock { $0.highest }
        welcome.idleMilliseconds = UInt32(desk.settings.idleNanoseconds / 1_000_000)
        FrameWriter.append(.welcome, payload: welcome.payload, to: &output)
        state = .open
    }

    private mutating func take(
        _ frame: Frame, _ desk: NativeDesk, _ sink: (NativeSession, BatchColumns, Frame) -> Ack
    ) {
        guard let session else { preconditionFailure("an open conversation has its session") }
        var sequence: UInt64 = 0
        let ack: Ack
        do throws(WireError) {
            let payload = try desk.decoder.payload(of: frame, limits: desk.settings.limits)
            sequence = MessageDecoder.sequence(ofBatch: payload)
            ack = sink(session, try desk.decoder.batch(payload, limits: desk.settings.limits), frame)
        } catch {
            desk.counters.batchesRejected.add(1, ordering: .relaxed)
            ack = .rejected(sequence: sequence, error)
        }
        FrameWriter.append(.ack, payload: ack.payload, to: &output)
    }
}

/// What all conversations of one reader thread share.
package final class NativeDesk {
    let settings: NativeSettings
    let sessions: NativeSessions
    let counters: NativeCounters
    let decoder = MessageDecoder()

    init(settings: NativeSettings, sessions: NativeSessions, counters: NativeCounters) {
        self.counters = counters
        self.settings = settings
        self.sessions = sessions
    }
}

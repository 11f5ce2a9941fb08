import Synchronization

/// One client's side of gRPC over HTTP/2: bytes come in, methods are called, bytes to send come out. No socket, no
/// clock; time comes along with the bytes.
///
/// Invariant: every call in `calls` is a stream that the session knows; `bytesWaiting` is the sum of their memory.
package final class GRPCConversation {
    private let desk: GRPCDesk
    private var session: HTTP2Session?
    private var calls: [Int32: GRPCCall] = [:]
    private(set) var bytesWaiting = 0
    private var nowNanoseconds: UInt64
    /// The client's first settings have come.
    private(set) var isIntroduced = false
    /// Why this side ended the conversation.
    private(set) var fault: GRPCCounters.Fault?
    private var isLeaving = false
    private var controlFrames: Int
    private var refilledNanoseconds: UInt64
    /// Nothing more can be said in HTTP/2.
    private var isBroken = false

    package init(_ desk: GRPCDesk, nowNanoseconds: UInt64) {
        self.desk = desk
        self.nowNanoseconds = nowNanoseconds
        refilledNanoseconds = nowNanoseconds
        controlFrames = desk.limits.controlFramesMax
        session = HTTP2Session(self, limits: desk.limits)
    }

    package var callsUnderWay: Int { calls.count }
    var outputFrames: Int { session?.outputFrames ?? 0 }
    /// Once the output has gone nothing more will come.
    package var isOver: Bool { isBroken || session?.isOver ?? true || isLeaving && calls.isEmpty }

    package func receive(_ bytes: UnsafeRawBufferPointer, nowNanoseconds: UInt64) {
        self.nowNanoseconds = nowNanoseconds
        refill()
        guard !isBroken, let fault = session?.receive(bytes) else { return }
        faultFound(fault)
        isBroken = true
        // Whoever does not speak HTTP/2 would not understand.
        if fault != .preface { session?.terminate(calm: true) }
    }

    package func appendOutput(to output: inout [UInt8], bytesMax: Int) {
        session?.appendOutput(to: &output, bytesMax: bytesMax)
    }

    /// Takes no new calls; what is under way goes on to its end.
    package func goAway() {
        guard !isLeaving else { return }
        isLeaving = true
        session?.goAway()
    }

    /// Ends what takes too long.
    package func sweep(nowNanoseconds: UInt64) {
        self.nowNanoseconds = nowNanoseconds
        for (stream, call) in calls where nowNanoseconds >= call.deadlineNanoseconds {
            if !call.isAnswered {
                answer(stream, with: GRPCStatus(.deadlineExceeded, "the request was not whole in time"))
            } else if nowNanoseconds - call.deadlineNanoseconds > desk.limits.stalledNanoseconds {
                // The client leaves no room for its answer.
                session?.cancel(stream)
            }
        }
    }

    /// Nothing more comes or goes: gives back what unfinished calls hold.
    package func close() {
        for stream in Array(calls.keys) { streamClosed(stream) }
        session = nil
    }

    private func refill() {
        let passed = nowNanoseconds - refilledNanoseconds
        guard passed >= 100_000_000 else { return }
        refilledNanoseconds = nowNanoseconds
        let limits = desk.limits
        let more = Int(min(passed, 100_000_000_000)) * limits.controlFramesPerSecond / 1_000_000_000
        controlFrames = min(limits.controlFramesMax, controlFrames + more)
    }
}

extension GRPCConversation: HTTP2Events {
    func streamBegan(_ stream: Int32) {
        calls[stream] = GRPCCall(deadlineNanoseconds: nowNanoseconds + desk.limits.callNanoseconds)
    }

    func streamField(_ stream: Int32, _ name: Bytes, _ value: Bytes, isTrailing: Bool) {
        let limit = desk.limits.headerBytesMax
        guard let call = calls[stream] else { return }
        call.head.add(name, value, bytesMax: isTrailing ? 0 : limit)
        guard call.head.bytes > limit * 4, fault == nil else { return }
        faultFound(.header)
        session?.terminate(calm: true)
    }

    func streamHeaded(_ stream: Int32) {
        guard let call = calls[stream] else { return }
        let head = call.head
        guard head.bytes <= desk.limits.headerBytesMax else {
            let limit = desk.limits.headerBytesMax
            return answer(stream, with: GRPCStatus(.resourceExhausted, "header fields may have \(limit) bytes"))
        }
        guard head.isGRPC else { return answer(stream, with: head.isPost ? Self.notGRPC : Self.notPost) }
        guard head.isPost else { return answer(stream, with: Self.notPost) }
        if let token = desk.token, !token.isShown(in: head.authorization) {
            let detail = "this needs the metadata authorization: Bearer with the collector's token"
            return answer(stream, with: GRPCStatus(.unauthenticated, detail))
        }
        guard let method = desk.methods[head.path] else {
            return answer(stream, with: desk.methods.refusal(of: head.path))
        }
        guard !head.isTimeoutBroken else {
            return answer(stream, with: GRPCStatus(.invalidArgument, "grpc-timeout is up to 8 digits and a unit"))
        }
        guard head.encoding != .unknown else {
            return answer(stream, with: GRPCStatus(.unimplemented, "messages may be identity or gzip"))
        }
        call.method = method
        if let timeout = head.timeoutNanoseconds, timeout < desk.limits.callNanoseconds {
            call.deadlineNanoseconds = nowNanoseconds + timeout
        }
    }

    func streamData(_ stream: Int32, _ bytes: UnsafeRawBufferPointer) {
        desk.counters.bytes.add(UInt64(bytes.count), ordering: .relaxed)
        guard let call = calls[stream], !call.isAnswered else { return }
        let before = call.message.capacity
        let room = desk.limits.connectionBytesMax - bytesWaiting + before
        do throws(GRPCStatus) {
            try call.message.take(bytes, desk.buffers, bytesMax: desk.limits.messageBytesMax, room: room)
            bytesWaiting += call.message.capacity - before
        } catch {
            bytesWaiting += call.message.capacity - before
            answer(stream, with: error)
        }
    }

    func streamEnded(_ stream: Int32) {
        guard let call = calls[stream] else { return }
        call.isWhole = true
        if call.isAnswered { return }
        do throws(GRPCStatus) {
            switch try reply(to: call) {
            case .message(let message): answer(stream, with: message)
            case .status(let status): answer(stream, with: status)
            }
        } catch {
            answer(stream, with: error)
        }
    }

    private func reply(to call: GRPCCall) throws(GRPCStatus) -> GRPCReply {
        // Whoever has given up will send the same again.
        guard nowNanoseconds < call.deadlineNanoseconds else {
            throw GRPCStatus(.deadlineExceeded, "the request came after its deadline")
        }
        if let shortfall = call.message.shortfall { throw shortfall }
        guard let message = call.message.message, let method = call.method else {
            preconditionFailure("a call that is not answered yet has its method")
        }
        desk.counters.messageBytes.add(UInt64(message.count), ordering: .relaxed)
        guard call.message.isCompressed else { return method(message) }
        guard call.head.encoding == .gzip else {
            throw GRPCStatus(.invalidArgument, "a compressed message without grpc-encoding")
        }
        return try desk.inflater.inflate(message, bytesMax: desk.limits.messageBytesMax, method)
    }

    func streamClosed(_ stream: Int32) {
        release(stream)
        guard let call = calls.removeValue(forKey: stream) else { return }
        if !call.isAnswered { desk.counters.callsAbandoned.add(1, ordering: .relaxed) }
    }

    func fillBody(_ stream: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> (count: Int, trailers: HTTP2Fields?) {
        guard let call = calls[stream] else { return (0, Self.success) }
        let part = call.response[call.responseSent...].prefix(buffer.count)
        buffer.copyBytes(from: part)
        call.responseSent += part.count
        return (part.count, part.endIndex == call.response.endIndex ? Self.success : nil)
    }

    func answerSent(_ stream: Int32) {
        // Asked for any earlier, the reset would overtake the answer.
        if calls[stream]?.isWhole == false { session?.refuseRest(of: stream) }
    }

    func peerIntroduced() { isIntroduced = true }

    func controlFrame() {
        controlFrames -= 1
        guard controlFrames < 0, fault == nil else { return }
        faultFound(.flood)
        session?.terminate(calm: true)
    }

    func faultFound(_ found: GRPCCounters.Fault) {
        guard fault == nil else { return }
        fault = found
        desk.counters.count(found)
    }

    private func release(_ stream: Int32) {
        bytesWaiting -= calls[stream]?.message.capacity ?? 0
        calls[stream]?.message.release(to: desk.buffers)
    }
}

// Answers.
extension GRPCConversation {
    private static let opening = HTTP2Fields([":status": "200", "content-type": "application/grpc"])
    private static let success = HTTP2Fields(["grpc-status": "0"])
    private static let notGRPC = HTTP2Fields([":status": "415", "accept-post": "application/grpc"])
    private static let notPost = HTTP2Fields([":status": "405", "allow": "POST"])

    private func answer(_ stream: Int32, with message: [UInt8]) {
        desk.counters.count(.ok)
        let length = UInt32(message.count)
        let prefix = [0, UInt8(length >> 24), UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255)]
        calls[stream]?.response = prefix + message
        finish(stream, Self.opening, hasBody: true)
    }

    /// A header that is trailers at once.
    private func answer(_ stream: Int32, with status: GRPCStatus) {
        desk.counters.count(status.code)
        var fields = Self.opening
        fields.add("grpc-status", Array("\(status.code.rawValue)".utf8))
        for (name, value) in status.trailers { fields.add(name, value) }
        if status.code == .unimplemented { fields.add("grpc-accept-encoding", Array("identity,gzip".utf8)) }
        finish(stream, fields, hasBody: false)
    }

    /// For those who do not speak gRPC.
    private func answer(_ stream: Int32, with fields: HTTP2Fields) {
        desk.counters.count(.unknown)
        finish(stream, fields, hasBody: false)
    }

    private func finish(_ stream: Int32, _ fields: HTTP2Fields, hasBody: Bool) {
        release(stream)
        calls[stream]?.isAnswered = true
        session?.respond(stream, fields, hasBody: hasBody)
    }
}

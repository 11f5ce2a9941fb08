import Synchronization

@testable import HTTP

/// A conversation without a socket: what goes in, what comes out, and a clock that stands still.
final class ConversationRig {
    let counters = GRPCCounters()
    let reader = AnswerReader()
    private(set) var heard: [[UInt8]] = []
    private var conversation: GRPCConversation?
    var nowNanoseconds: UInt64 = 1_000_000_000

    init(_ change: (inout GRPCLimits) -> Void = { _ in }, token: String? = nil) {
        var limits = GRPCLimits()
        change(&limits)
        var methods = GRPCMethods()
        methods.add(service: "test.Echo", method: "Say") { [unowned self] bytes in
            heard.append(Array(bytes))
            return .message(Array(bytes))
        }
        methods.add(service: "test.Echo", method: "Later") { _ in
            .status(GRPCStatus(.unavailable, "nö room", retryMilliseconds: 2500))
        }
        let desk = GRPCDesk(
            limits: limits, counters: counters, methods: methods, token: token.map { BearerToken($0) })
        conversation = GRPCConversation(desk, nowNanoseconds: nowNanoseconds)
    }

    deinit { conversation?.close() }

    var isOver: Bool { conversation?.isOver ?? true }
    var fault: GRPCCounters.Fault? { conversation?.fault }
    var bytesWaiting: Int { counters.bytesWaiting.load(ordering: .relaxed) }
    var callsUnderWay: Int { conversation?.callsUnderWay ?? 0 }

    /// Hands over bytes in pieces and reads what comes back.
    @discardableResult
    func send(_ bytes: [UInt8], piece: Int = .max) -> ConversationRig {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(piece))
            rest = rest.dropFirst(part.count)
            part.withUnsafeBytes { conversation?.receive($0, nowNanoseconds: nowNanoseconds) }
            drain()
        }
        return self
    }

    @discardableResult
    func send(_ script: FrameScript, piece: Int = .max) -> ConversationRig { send(script.bytes, piece: piece) }

    func sweep() {
        conversation?.sweep(nowNanoseconds: nowNanoseconds)
        drain()
    }

    func goAway() {
        conversation?.goAway()
        drain()
    }

    func close() { conversation?.close() }

    private func drain() {
        while true {
            var output: [UInt8] = []
            conversation?.appendOutput(to: &output, bytesMax: 64 << 10)
            if output.isEmpty { return }
            reader.take(output)
        }
    }

    func answer(_ stream: UInt32) -> AnswerReader.Answer { reader.answers[stream] ?? AnswerReader.Answer() }
}

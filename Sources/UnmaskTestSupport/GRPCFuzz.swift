import HTTP
import Synchronization

/// A conversation over HTTP/2 with a stranger. The first byte says whether the preface is given, whether the bytes come
/// in small pieces, and whether the server says goodbye halfway.
enum GRPCFuzz {
    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
    private static let messageBytesMax = 1 << 16

    static func run(_ bytes: UnsafeRawBufferPointer) {
        guard let first = bytes.first else { return }
        let counters = GRPCCounters()
        let conversation = GRPCConversation(desk(counters), nowNanoseconds: 0)
        var now: UInt64 = 0
        let greeting = first & 1 == 1 ? preface : []
        let pieceBytes = first & 2 == 2 ? 7 : 4096
        var rest = (greeting + bytes.dropFirst())[...]
        var pieces = 0
        while !rest.isEmpty {
            let piece = Array(rest.prefix(pieceBytes))
            rest = rest.dropFirst(piece.count)
            now += 1_000_000
            piece.withUnsafeBytes { conversation.receive($0, nowNanoseconds: now) }
            drain(conversation)
            pieces += 1
            if first & 4 == 4, pieces == 4 { conversation.goAway() }
        }
        conversation.sweep(nowNanoseconds: now + 120_000_000_000)
        drain(conversation)
        conversation.close()
        precondition(conversation.callsUnderWay == 0, "a call outlived its connection")
        precondition(counters.bytesWaiting.load(ordering: .relaxed) == 0, "memory of a message is lost")
    }

    private static func desk(_ counters: GRPCCounters) -> GRPCDesk {
        var limits = GRPCLimits()
        limits.messageBytesMax = messageBytesMax
        var methods = GRPCMethods()
        methods.add(service: "test.Echo", method: "Say") { bytes in
            precondition(bytes.count <= messageBytesMax, "a message beyond the limit")
            return .message(Array(bytes))
        }
        return GRPCDesk(limits: limits, counters: counters, methods: methods, token: nil)
    }

    private static func drain(_ conversation: GRPCConversation) {
        var rounds = 0
        while true {
            var output: [UInt8] = []
            conversation.appendOutput(to: &output, bytesMax: 64 << 10)
            if output.isEmpty { return }
            rounds += 1
            precondition(rounds < 1000, "answers without end")
        }
    }
}

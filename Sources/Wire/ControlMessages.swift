/// The small messages of the native protocol, as values. Their meaning stands in `proto/PROTOCOL.md`.
package struct Hello: Sendable, Equatable {
    package var protocolVersion: UInt32
    package var clientName: String
    package var instance: String
    package var token: String

    package init(
        protocolVersion: UInt32 = ProtocolVersion.current, clientName: String, instance: String, token: String = ""
    ) {
        self.protocolVersion = protocolVersion
        self.clientName = clientName
        self.instance = instance
        self.token = token
    }
}

package enum ProtocolVersion {
    package static let current: UInt32 = 1
}

package struct Welcome: Sendable, Equatable {
    package var protocolVersion: UInt32 = ProtocolVersion.current
    package var collector: String = ""
    package var frameBytesMax: UInt32 = 0
    package var payloadBytesMax: UInt32 = 0
    package var batchSpansMax: UInt32 = 0
    package var windowBatches: UInt32 = 0
    package var windowBytes: UInt64 = 0
    package var highestSequence: UInt64 = 0
    package var idleMilliseconds: UInt32 = 0

    package init() {}
}

package struct Ack: Sendable, Equatable {
    package enum Result: UInt32, Sendable {
        case accepted = 0
        case partial = 1
        case retryLater = 2
        case rejected = 3
    }

    package struct Dropped: Sendable, Equatable {
        package var reason: String
        package var spans: UInt32

        package init(reason: String, spans: UInt32) {
            self.reason = reason
            self.spans = spans
        }
    }

    package var sequence: UInt64
    package var result: Result
    package var acceptedSpans: UInt32 = 0
    package var dropped: [Dropped] = []
    package var retryMilliseconds: UInt32 = 0
    package var code: UInt32 = 0
    package var message: String = ""
    package var offset: UInt64 = 0
    package var duplicate = false

    package init(sequence: UInt64, result: Result) {
        self.sequence = sequence
        self.result = result
    }

    package static func rejected(sequence: UInt64, _ error: WireError) -> Ack {
        var ack = Ack(sequence: sequence, result: .rejected)
        ack.code = error.code.number
        ack.message = error.message
        ack.offset = error.offset
        return ack
    }
}

package struct Ping: Sendable, Equatable {
    package var nonce: UInt64

    package init(nonce: UInt64) {
        self.nonce = nonce
    }
}

/// Why a side will say nothing more; code 0 is "as planned".
package struct Goodbye: Sendable, Equatable {
    package var code: UInt32
    package var message: String

    package init(code: UInt32 = 0, message: String = "") {
        self.code = code
        self.message = message
    }
}

/// How a call ended, other than with a message: what the trailers say.
package struct GRPCStatus: Error, Hashable, Sendable {
    /// The numbers of the gRPC protocol, as far as a server of this kind uses them.
    package enum Code: UInt8, Sendable, CaseIterable {
        case ok = 0
        case cancelled = 1
        case unknown = 2
        case invalidArgument = 3
        case deadlineExceeded = 4
        case resourceExhausted = 8
        case unimplemented = 12
        case internalError = 13
        case unavailable = 14
        case unauthenticated = 16

        package var name: String {
            switch self {
            case .ok: "ok"
            case .cancelled: "cancelled"
            case .unknown: "unknown"
            case .invalidArgument: "invalid_argument"
            case .deadlineExceeded: "deadline_exceeded"
            case .resourceExhausted: "resource_exhausted"
            case .unimplemented: "unimplemented"
            case .internalError: "internal"
            case .unavailable: "unavailable"
            case .unauthenticated: "unauthenticated"
            }
        }
    }

    package var code: Code
    package var message: String
    /// When the client should come again: told as `google.rpc.RetryInfo`, without which OpenTelemetry's exporters take
    /// some codes for final.
    package var retryMilliseconds: UInt32?

    package init(_ code: Code, _ message: String, retryMilliseconds: UInt32? = nil) {
        self.code = code
        self.message = message
        self.retryMilliseconds = retryMilliseconds
    }
}

extension GRPCStatus {
    /// The trailers' fields beside `grpc-status`.
    var trailers: [(name: String, value: [UInt8])] {
        var fields: [(name: String, value: [UInt8])] = []
        if !message.isEmpty { fields.append(("grpc-message", Self.percentEncoded(message))) }
        if let retryMilliseconds {
            let details = RetryDetails.bytes(code: code, message: message, milliseconds: retryMilliseconds)
            fields.append(("grpc-status-details-bin", Base64.encode(details)))
        }
        return fields
    }

    /// Everything but printable ASCII, and the percent sign itself, as two hexadecimal digits.
    static func percentEncoded(_ text: String) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8.prefix(messageBytesMax) {
            if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%") {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return bytes
    }

    private static let messageBytesMax = 1024
}

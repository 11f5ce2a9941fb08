import CGnuTLS

/// Why a connection could not be made secret: what the library said, and what it was doing.
public struct TLSError: Error, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        public let number: Int32
    }

    public let code: Code
    public let operation: String

    init(_ number: Int32, _ operation: String) {
        code = Code(number: number)
        self.operation = operation
    }

    public var description: String { "\(operation): \(String(cString: gnutls_strerror(code.number)))" }
}

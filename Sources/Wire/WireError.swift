/// Why bytes could not be read as the native protocol says. The numbers go over the wire and are listed in
/// `proto/PROTOCOL.md`.
package struct WireError: Error, Sendable, Equatable, CustomStringConvertible {
    package struct Code: Hashable, Sendable {
        package let number: UInt32

        package init(_ number: UInt32) {
            self.number = number
        }

        package static let frameTooLarge = Code(1)
        package static let frameTooShort = Code(2)
        package static let unknownKind = Code(3)
        package static let unknownFlags = Code(4)
        package static let unexpectedFrame = Code(5)
        package static let corruptCompression = Code(6)
        package static let expansionTooLarge = Code(7)
        package static let corruptMessage = Code(8)
        package static let columnLength = Code(9)
        package static let indexOutOfRange = Code(10)
        package static let tooManySpans = Code(11)
        package static let tooComplex = Code(12)
        package static let missingSequence = Code(13)
        package static let unsupportedVersion = Code(14)
        package static let unauthorised = Code(15)
        package static let helloTimeout = Code(16)
        package static let windowExceeded = Code(17)
        package static let idleTimeout = Code(18)
        package static let shuttingDown = Code(19)
        package static let overloaded = Code(20)
    }

    package let code: Code
    package let message: String
    /// Bytes from the start of what was being read: the connection for frames, the payload for messages.
    package let offset: UInt64

    package init(_ code: Code, _ message: String, offset: UInt64 = 0) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    package var description: String { "error \(code.number) at byte \(offset): \(message)" }
}

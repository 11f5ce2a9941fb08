import Glibc

/// A system call that failed: which one, on what, and what the kernel said.
package struct PlatformError: Error, Sendable, CustomStringConvertible {
    package struct Code: Hashable, Sendable {
        package let number: Int32

        package init(number: Int32) {
            self.number = number
        }

        /// The system's words for the number.
        package var reason: String { String(cString: strerror(number)) }

        package static let addressInUse = Code(number: EADDRINUSE)
        package static let addressNotAvailable = Code(number: EADDRNOTAVAIL)
        package static let permissionDenied = Code(number: EACCES)
        package static let noSuchFile = Code(number: ENOENT)
        package static let invalidAddress = Code(number: EINVAL)
        package static let connectionRefused = Code(number: ECONNREFUSED)
        package static let connectionReset = Code(number: ECONNRESET)
        package static let timedOut = Code(number: ETIMEDOUT)
    }

    package let code: Code
    package let operation: String
    package let subject: String

    package init(code: Code, operation: String, subject: String) {
        self.code = code
        self.operation = operation
        self.subject = subject
    }

    /// Takes `errno` as it stands right after a failed call.
    package static func last(_ operation: String, _ subject: String = "") -> PlatformError {
        PlatformError(code: Code(number: errno), operation: operation, subject: subject)
    }

    package var reason: String { code.reason }
    package var description: String { "\(operation) \(subject): \(reason)" }
}

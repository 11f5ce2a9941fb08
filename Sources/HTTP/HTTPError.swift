/// What went wrong between this program and a network peer, in one line that an operator can act on.
package struct HTTPError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        case invalidAddress
        case addressInUse
        case addressNotAvailable
        case permissionDenied
        case serverDidNotStart
        case invalidRequest
        case couldNotResolve
        case couldNotConnect
        case timedOut
        case tlsFailed
        case closedEarly
        case bodyTooLarge
        case malformedAnswer
    }

    package var code: Code
    package var description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

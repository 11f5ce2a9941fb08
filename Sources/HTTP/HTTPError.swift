import Platform

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
        /// The address is one that must be allowed by name first.
        case addressRefused
        case timedOut
        case tlsFailed
        case closedEarly
        case bodyTooLarge
        case malformedAnswer
        /// The transfer was given up on this side.
        case interrupted
    }

    package var code: Code
    package var description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

extension HTTPError {
    init(listeningOn address: SocketAddress, _ error: PlatformError) {
        switch error.code {
        case .addressInUse:
            self.init(.addressInUse, "\(address) is in use by another program")
        case .addressNotAvailable:
            self.init(.addressNotAvailable, "\(address.host) is no address of this machine")
        case .permissionDenied:
            self.init(.permissionDenied, "not allowed to listen on \(address)")
        default:
            self.init(.serverDidNotStart, "cannot listen on \(address): \(error.reason)")
        }
    }
}

/// What a gateway said of a request: Envoy's response flags, and what its response code details add. Other gateways'
/// marks are translated into the flag that means the same. Bit numbers are part of the native protocol.
package struct ProxyFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    @inlinable
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static let noHealthyUpstream = ProxyFlags(rawValue: 1 << 0)
    package static let upstreamConnectionFailure = ProxyFlags(rawValue: 1 << 1)
    package static let upstreamOverflow = ProxyFlags(rawValue: 1 << 2)
    package static let upstreamRetryLimit = ProxyFlags(rawValue: 1 << 3)
    package static let upstreamTimeout = ProxyFlags(rawValue: 1 << 4)
    package static let upstreamTermination = ProxyFlags(rawValue: 1 << 5)
    package static let upstreamReset = ProxyFlags(rawValue: 1 << 6)
    package static let localReset = ProxyFlags(rawValue: 1 << 7)
    package static let upstreamProtocolError = ProxyFlags(rawValue: 1 << 8)
    package static let streamDurationReached = ProxyFlags(rawValue: 1 << 9)
    package static let noClusterFound = ProxyFlags(rawValue: 1 << 10)
    package static let dropOverload = ProxyFlags(rawValue: 1 << 11)
    package static let upstreamDropOverload = ProxyFlags(rawValue: 1 << 12)
    package static let noRoute = ProxyFlags(rawValue: 1 << 13)
    package static let rateLimited = ProxyFlags(rawValue: 1 << 14)
    package static let unauthorised = ProxyFlags(rawValue: 1 << 15)
    package static let delayInjected = ProxyFlags(rawValue: 1 << 16)
    package static let faultInjected = ProxyFlags(rawValue: 1 << 17)
    package static let downstreamTermination = ProxyFlags(rawValue: 1 << 18)
    package static let downstreamReset = ProxyFlags(rawValue: 1 << 19)
    /// The response code details say `via_upstream`: the answer is the upstream's own.
    package static let viaUpstream = ProxyFlags(rawValue: 1 << 20)

    /// No upstream gave an answer, or it broke off.
    package static let failures = ProxyFlags([
        .noHealthyUpstream, .upstreamConnectionFailure, .upstreamOverflow, .upstreamRetryLimit, .upstreamTimeout,
        .upstreamTermination, .upstreamReset, .localReset, .upstreamProtocolError, .streamDurationReached,
        .noClusterFound, .dropOverload, .upstreamDropOverload,
    ])
    package static let refusals = ProxyFlags([.noRoute, .rateLimited, .unauthorised])
    package static let cancellations = ProxyFlags([.downstreamTermination, .downstreamReset])
    package static let injections = ProxyFlags([.delayInjected, .faultInjected])
    /// The connection broke after the headers had gone out.
    package static let afterHeaders = ProxyFlags([.upstreamTermination, .upstreamReset, .upstreamProtocolError])

    /// Envoy's letters, in bit order.
    package static let letters = [
        "UH", "UF", "UO", "URX", "UT", "UC", "UR", "LR", "UPE", "UMSDR", "NC", "DO", "UDO", "NR", "RL", "UAEX", "DI",
        "FI", "DC", "DR",
    ]

    /// Reads one flag by Envoy's letters.
    package init?(letters: some StringProtocol) {
        guard let bit = Self.letters.firstIndex(where: { $0 == letters }) else { return nil }
        self.init(rawValue: 1 << UInt32(bit))
    }

    package var letterList: [String] {
        Self.letters.indices.filter { rawValue & 1 << UInt32($0) != 0 }.map { Self.letters[$0] }
    }
}

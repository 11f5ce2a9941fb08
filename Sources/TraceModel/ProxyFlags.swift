/// What a gateway said of a request: Envoy's response flags, and what its response code details add. Other gateways'
/// marks are translated into the flag that means the same. Bit numbers are part of the native protocol.
package struct ProxyFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    @inlinable
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    @inlinable package static var noHealthyUpstream: ProxyFlags { ProxyFlags(rawValue: 1 << 0) }
    @inlinable package static var upstreamConnectionFailure: ProxyFlags { ProxyFlags(rawValue: 1 << 1) }
    @inlinable package static var upstreamOverflow: ProxyFlags { ProxyFlags(rawValue: 1 << 2) }
    @inlinable package static var upstreamRetryLimit: ProxyFlags { ProxyFlags(rawValue: 1 << 3) }
    @inlinable package static var upstreamTimeout: ProxyFlags { ProxyFlags(rawValue: 1 << 4) }
    @inlinable package static var upstreamTermination: ProxyFlags { ProxyFlags(rawValue: 1 << 5) }
    @inlinable package static var upstreamReset: ProxyFlags { ProxyFlags(rawValue: 1 << 6) }
    @inlinable package static var localReset: ProxyFlags { ProxyFlags(rawValue: 1 << 7) }
    @inlinable package static var upstreamProtocolError: ProxyFlags { ProxyFlags(rawValue: 1 << 8) }
    @inlinable package static var streamDurationReached: ProxyFlags { ProxyFlags(rawValue: 1 << 9) }
    @inlinable package static var noClusterFound: ProxyFlags { ProxyFlags(rawValue: 1 << 10) }
    @inlinable package static var dropOverload: ProxyFlags { ProxyFlags(rawValue: 1 << 11) }
    @inlinable package static var upstreamDropOverload: ProxyFlags { ProxyFlags(rawValue: 1 << 12) }
    @inlinable package static var noRoute: ProxyFlags { ProxyFlags(rawValue: 1 << 13) }
    @inlinable package static var rateLimited: ProxyFlags { ProxyFlags(rawValue: 1 << 14) }
    @inlinable package static var unauthorised: ProxyFlags { ProxyFlags(rawValue: 1 << 15) }
    @inlinable package static var delayInjected: ProxyFlags { ProxyFlags(rawValue: 1 << 16) }
    @inlinable package static var faultInjected: ProxyFlags { ProxyFlags(rawValue: 1 << 17) }
    @inlinable package static var downstreamTermination: ProxyFlags { ProxyFlags(rawValue: 1 << 18) }
    @inlinable package static var downstreamReset: ProxyFlags { ProxyFlags(rawValue: 1 << 19) }
    /// The response code details say `via_upstream`: the answer is the upstream's own.
    @inlinable package static var viaUpstream: ProxyFlags { ProxyFlags(rawValue: 1 << 20) }

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

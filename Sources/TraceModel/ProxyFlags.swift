/// What a gateway said of a request: Envoy's response flags, and what its response code details add. Other gateways'
/// marks are translated into the flag that means the same. Bit numbers are part of the native protocol.
public struct ProxyFlags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32

    @inlinable
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    @inlinable public static var noHealthyUpstream: ProxyFlags { ProxyFlags(rawValue: 1 << 0) }
    @inlinable public static var upstreamConnectionFailure: ProxyFlags { ProxyFlags(rawValue: 1 << 1) }
    @inlinable public static var upstreamOverflow: ProxyFlags { ProxyFlags(rawValue: 1 << 2) }
    @inlinable public static var upstreamRetryLimit: ProxyFlags { ProxyFlags(rawValue: 1 << 3) }
    @inlinable public static var upstreamTimeout: ProxyFlags { ProxyFlags(rawValue: 1 << 4) }
    @inlinable public static var upstreamTermination: ProxyFlags { ProxyFlags(rawValue: 1 << 5) }
    @inlinable public static var upstreamReset: ProxyFlags { ProxyFlags(rawValue: 1 << 6) }
    @inlinable public static var localReset: ProxyFlags { ProxyFlags(rawValue: 1 << 7) }
    @inlinable public static var upstreamProtocolError: ProxyFlags { ProxyFlags(rawValue: 1 << 8) }
    @inlinable public static var streamDurationReached: ProxyFlags { ProxyFlags(rawValue: 1 << 9) }
    @inlinable public static var noClusterFound: ProxyFlags { ProxyFlags(rawValue: 1 << 10) }
    @inlinable public static var dropOverload: ProxyFlags { ProxyFlags(rawValue: 1 << 11) }
    @inlinable public static var upstreamDropOverload: ProxyFlags { ProxyFlags(rawValue: 1 << 12) }
    @inlinable public static var noRoute: ProxyFlags { ProxyFlags(rawValue: 1 << 13) }
    @inlinable public static var rateLimited: ProxyFlags { ProxyFlags(rawValue: 1 << 14) }
    @inlinable public static var unauthorised: ProxyFlags { ProxyFlags(rawValue: 1 << 15) }
    @inlinable public static var delayInjected: ProxyFlags { ProxyFlags(rawValue: 1 << 16) }
    @inlinable public static var faultInjected: ProxyFlags { ProxyFlags(rawValue: 1 << 17) }
    @inlinable public static var downstreamTermination: ProxyFlags { ProxyFlags(rawValue: 1 << 18) }
    @inlinable public static var downstreamReset: ProxyFlags { ProxyFlags(rawValue: 1 << 19) }
    /// The response code details say `via_upstream`: the answer is the upstream's own.
    @inlinable public static var viaUpstream: ProxyFlags { ProxyFlags(rawValue: 1 << 20) }
    /// The answer is older than its own words allow: stale, if the refresh failed.
    @inlinable public static var pastFreshness: ProxyFlags { ProxyFlags(rawValue: 1 << 21) }

    /// Says what an answer was and not what went wrong.
    public static let remarks = ProxyFlags([.viaUpstream, .pastFreshness])
    /// No upstream gave an answer, or it broke off.
    public static let failures = ProxyFlags([
        .noHealthyUpstream, .upstreamConnectionFailure, .upstreamOverflow, .upstreamRetryLimit, .upstreamTimeout,
        .upstreamTermination, .upstreamReset, .localReset, .upstreamProtocolError, .streamDurationReached,
        .noClusterFound, .dropOverload, .upstreamDropOverload,
    ])
    public static let refusals = ProxyFlags([.noRoute, .rateLimited, .unauthorised])
    public static let cancellations = ProxyFlags([.downstreamTermination, .downstreamReset])
    public static let injections = ProxyFlags([.delayInjected, .faultInjected])
    /// The connection broke after the headers had gone out.
    public static let afterHeaders = ProxyFlags([.upstreamTermination, .upstreamReset, .upstreamProtocolError])

    /// Envoy's letters, in bit order.
    public static let letters = [
        "UH", "UF", "UO", "URX", "UT", "UC", "UR", "LR", "UPE", "UMSDR", "NC", "DO", "UDO", "NR", "RL", "UAEX", "DI",
        "FI", "DC", "DR",
    ]

    /// Reads one flag by Envoy's letters.
    public init?(letters: some StringProtocol) {
        guard let bit = Self.letters.firstIndex(where: { $0 == letters }) else { return nil }
        self.init(rawValue: 1 << UInt32(bit))
    }

    public var letterList: [String] {
        Self.letters.indices.filter { rawValue & 1 << UInt32($0) != 0 }.map { Self.letters[$0] }
    }
}

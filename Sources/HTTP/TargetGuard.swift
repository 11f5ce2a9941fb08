package import Platform

/// Which addresses messages may be sent to. An address that only machines nearby can reach (loopback, link-local with
/// the clouds' metadata, private) is refused unless its host is allowed by name: otherwise whoever may write a target
/// could make this program ask servers that trust it for where it stands.
///
/// What is checked is the address that is connected to, after names were resolved, so that a name that changes its
/// mind between the check and the use wins nothing.
package struct TargetGuard: Hashable, Sendable {
    private let allowed: Set<String>

    /// Hosts as they stand in targets: names, or addresses without brackets.
    package init(allowPrivate hosts: [String] = []) {
        allowed = Set(hosts.map { Self.plain($0) })
    }

    /// Nil where the host may be reached at this address; else why not.
    package func complaint(_ address: SocketAddress, of host: String) -> String? {
        if address.reach == .global || allowed.contains(Self.plain(host)) { return nil }
        let place = Self.plain(host) == address.host ? address.host : "\(host) (\(address.host))"
        return "\(place) is a \(Self.words(address.reach)) address: name the host in allow_private to allow it"
    }

    private static func words(_ reach: SocketAddress.Reach) -> String {
        switch reach {
        case .linkLocal: "link-local"
        case .siteLocal: "private"
        default: reach.rawValue
        }
    }

    private static func plain(_ host: String) -> String {
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        return (bare.hasSuffix(".") ? String(bare.dropLast()) : bare).lowercased()
    }
}

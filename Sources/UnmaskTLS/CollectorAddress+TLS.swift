public import UnmaskClient

extension CollectorAddress {
    /// A collector behind TLS. Its certificate must name the host and be vouched for, by the system's authorities or
    /// by those in a PEM file of one's own; there is no way to leave that out.
    ///
    /// ```swift
    /// let collector = try CollectorAddress.tls("collector.internal", authorities: "/etc/unmask/ca.pem")
    /// Unmask.start(ClientSettings(service: "checkout", collectors: [collector]))
    /// ```
    public static func tls(
        _ host: String, port: UInt16 = 7200, authorities path: String? = nil
    ) throws(TLSError) -> CollectorAddress {
        CollectorAddress(host: host, port: port, security: TransportSecurity(try ClientCredentials(path)))
    }
}

import Kernel
import Testing

@Suite struct ReachTests {
    @Test(arguments: [
        ("8.8.8.8", SocketAddress.Reach.global), ("172.15.255.255", .global), ("172.32.0.0", .global),
        ("100.63.255.255", .global), ("100.128.0.0", .global), ("192.0.1.0", .global), ("198.20.0.0", .global),
        ("127.0.0.1", .loopback), ("127.255.255.255", .loopback), ("0.0.0.0", .loopback),
        ("169.254.169.254", .linkLocal), ("10.0.0.0", .siteLocal), ("172.16.0.0", .siteLocal),
        ("172.31.255.255", .siteLocal), ("192.168.1.1", .siteLocal), ("100.64.0.0", .siteLocal),
        ("100.127.255.255", .siteLocal), ("198.19.255.255", .reserved), ("224.0.0.1", .reserved),
        ("255.255.255.255", .reserved), ("192.0.2.1", .reserved),
        ("2606:4700::1", .global), ("::", .loopback), ("::1", .loopback), ("fe80::1", .linkLocal),
        ("febf::1", .linkLocal), ("fc00::1", .siteLocal), ("fdff::1", .siteLocal), ("ff02::1", .reserved),
        ("2001:db8::1", .reserved), ("::ffff:10.1.2.3", .siteLocal), ("::ffff:8.8.8.8", .global),
        ("64:ff9b::7f00:1", .loopback), ("64:ff9b::808:808", .global), ("64:ff9b:1::808:808", .siteLocal),
        ("2002:a9fe:a9fe::1", .linkLocal),
        ("::127.0.0.1", .loopback), ("2001::1", .reserved),
    ])
    func whoseNetworkAnAddressLeadsInto(host: String, reach: SocketAddress.Reach) throws {
        let address = try #require(SocketAddress(host: host, port: 80))
        #expect(address.reach == reach)
    }
}

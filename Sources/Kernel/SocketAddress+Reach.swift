import Glibc

extension SocketAddress {
    /// Whose network an address leads into.
    package enum Reach: String, Sendable {
        /// Anybody's: the open network.
        case global
        case loopback
        case linkLocal
        /// A site's own addresses, and those that a provider shares among its customers.
        case siteLocal
        /// Groups, documentation, benchmarks, the future: nobody that a message could be meant for.
        case reserved
    }

    /// Of an IPv6 address that carries an IPv4 one (mapped, translated or tunnelled) it is the inner address that
    /// counts, since that is where bytes go.
    package var reach: Reach {
        let bytes = networkBytes
        return bytes.count == 4 ? Self.reach4(bytes[...]) : Self.reach6(bytes)
    }

    private var networkBytes: [UInt8] {
        var storage = [UInt8](repeating: 0, count: isIPv6 ? 16 : 4)
        inet_pton(isIPv6 ? AF_INET6 : AF_INET, host, &storage)
        return storage
    }

    private static let blocks4: [(base: [UInt8], bits: Int, reach: Reach)] = [
        ([0, 0, 0, 0], 8, .loopback), ([127, 0, 0, 0], 8, .loopback), ([169, 254, 0, 0], 16, .linkLocal),
        ([10, 0, 0, 0], 8, .siteLocal), ([172, 16, 0, 0], 12, .siteLocal), ([192, 168, 0, 0], 16, .siteLocal),
        ([100, 64, 0, 0], 10, .siteLocal), ([192, 0, 0, 0], 24, .reserved), ([192, 0, 2, 0], 24, .reserved),
        ([198, 18, 0, 0], 15, .reserved), ([198, 51, 100, 0], 24, .reserved), ([203, 0, 113, 0], 24, .reserved),
        ([192, 88, 99, 0], 24, .reserved), ([224, 0, 0, 0], 3, .reserved),
    ]

    private static let blocks6: [(base: [UInt8], bits: Int, reach: Reach)] = [
        ([0xFE, 0x80], 10, .linkLocal), ([0xFE, 0xC0], 10, .siteLocal), ([0xFC], 7, .siteLocal),
        ([0xFF], 8, .reserved), ([0x20, 0x01, 0x0D, 0xB8], 32, .reserved), ([0x20, 0x01, 0, 0], 23, .reserved),
        ([0, 0x64, 0xFF, 0x9B, 0, 1], 48, .siteLocal), ([0x01, 0, 0, 0, 0, 0, 0, 0], 64, .reserved),
    ]

    private static func reach4(_ bytes: ArraySlice<UInt8>) -> Reach {
        blocks4.first { lies(bytes, in: $0.base, bits: $0.bits) }?.reach ?? .global
    }

    private static func reach6(_ bytes: [UInt8]) -> Reach {
        if bytes.dropLast().allSatisfy({ $0 == 0 }) { return .loopback }
        let zeros = [UInt8](repeating: 0, count: 10)
        let isMapped = bytes.starts(with: zeros + [0xFF, 0xFF])
        let isCompatible = bytes.prefix(12).allSatisfy { $0 == 0 }
        let isTranslated = bytes.starts(with: [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0])
        if isMapped || isCompatible || isTranslated { return reach4(bytes.suffix(4)) }
        if bytes.starts(with: [0x20, 0x02]) { return reach4(bytes[2..<6]) }
        return blocks6.first { lies(bytes[...], in: $0.base, bits: $0.bits) }?.reach ?? .global
    }

    private static func lies(_ bytes: ArraySlice<UInt8>, in base: [UInt8], bits: Int) -> Bool {
        zip(bytes, base).enumerated().allSatisfy { place, pair in
            let left = min(8, max(0, bits - place * 8))
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> left)
            return pair.0 & mask == pair.1 & mask
        }
    }
}

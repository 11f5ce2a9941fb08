/// SHA-256 (FIPS 180-4) and HMAC (RFC 2104), so that making or checking a signature brings no library into a service.
/// Their time depends on the length of what is hashed and on nothing else.
package struct SHA256: Sendable {
    package static let digestBytes = 32
    static let blockBytes = 64
    private var state: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    private var block: [UInt8] = []
    private var length: UInt64 = 0

    package init() {
        block.reserveCapacity(Self.blockBytes)
    }

    package mutating func update(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            block.append(byte)
            length += 1
            if block.count == Self.blockBytes { compress() }
        }
    }

    package consuming func digest() -> [UInt8] {
        let bits = length &* 8
        update([0x80])
        while block.count != Self.blockBytes - 8 { update([0]) }
        update((0..<8).map { UInt8(truncatingIfNeeded: bits >> UInt64(56 - $0 * 8)) })
        return state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - $0 * 8)) } }
    }

    private mutating func compress() {
        var words = [UInt32](repeating: 0, count: 64)
        for index in 0..<16 {
            words[index] = (0..<4).reduce(0) { $0 << 8 | UInt32(block[index * 4 + $1]) }
        }
        for index in 16..<64 {
            let (low, high) = (words[index - 15], words[index - 2])
            let mixedLow = Self.rotate(low, 7) ^ Self.rotate(low, 18) ^ low >> 3
            let mixedHigh = Self.rotate(high, 17) ^ Self.rotate(high, 19) ^ high >> 10
            words[index] = words[index - 16] &+ mixedLow &+ words[index - 7] &+ mixedHigh
        }
        var s = state
        for index in 0..<64 {
            let sumE = Self.rotate(s[4], 6) ^ Self.rotate(s[4], 11) ^ Self.rotate(s[4], 25)
            let choice = s[4] & s[5] ^ ~s[4] & s[6]
            let first = s[7] &+ sumE &+ choice &+ Self.constants[index] &+ words[index]
            let sumA = Self.rotate(s[0], 2) ^ Self.rotate(s[0], 13) ^ Self.rotate(s[0], 22)
            let majority = s[0] & s[1] ^ s[0] & s[2] ^ s[1] & s[2]
            s = [first &+ sumA &+ majority, s[0], s[1], s[2], s[3] &+ first, s[4], s[5], s[6]]
        }
        for index in 0..<8 { state[index] &+= s[index] }
        block.removeAll(keepingCapacity: true)
    }

    private static func rotate(_ word: UInt32, _ bits: UInt32) -> UInt32 { word >> bits | word << (32 - bits) }

    /// The fractions of the cube roots of the first 64 primes, found rather than copied: a wrong one would be a wrong
    /// digest, which the tests' vectors would tell.
    private static let constants: [UInt32] = {
        var primes: [UInt64] = []
        var candidate: UInt64 = 2
        while primes.count < 64 {
            if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
            candidate += 1
        }
        return primes.map(cubeRootFraction)
    }()

    /// 32 bits behind the point of the cube root: the largest r with r³ <= prime · 2⁹⁶, cut to its low half.
    private static func cubeRootFraction(_ prime: UInt64) -> UInt32 {
        let target = UInt128(prime) << 96
        var root: UInt128 = 0
        for bit in stride(from: 34, through: 0, by: -1) {
            let next = root | 1 << UInt128(bit)
            if next * next * next <= target { root = next }
        }
        return UInt32(truncatingIfNeeded: root)
    }
}

package struct HMACSHA256: Sendable {
    private var inner = SHA256()
    private let outerKey: [UInt8]

    package init(key: [UInt8]) {
        var whole = SHA256()
        whole.update(key)
        let short = key.count > SHA256.blockBytes ? whole.digest() : key
        let padded = short + [UInt8](repeating: 0, count: SHA256.blockBytes - short.count)
        outerKey = padded.map { $0 ^ 0x5C }
        inner.update(padded.map { $0 ^ 0x36 })
    }

    package mutating func update(_ bytes: some Sequence<UInt8>) { inner.update(bytes) }

    package consuming func code() -> [UInt8] {
        var outer = SHA256()
        outer.update(outerKey)
        outer.update(inner.digest())
        return outer.digest()
    }
}

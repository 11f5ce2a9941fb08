import Glibc

/// A hash of a few bytes: eight at a time, multiplied and folded. Seeded for each process, so that nobody can
/// prepare strings that collide.
package enum Hash {
    package static let seed = UInt64.random(in: 1 ... .max)

    @inline(__always)
    package static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let wide = a.multipliedFullWidth(by: b)
        return wide.high ^ wide.low
    }

    @inline(__always)
    package static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        guard let base = UnsafeRawPointer(bytes.baseAddress) else { return mix(seed, prime) }
        return of(base, bytes.count, seed: seed)
    }

    private static let prime: UInt64 = 0x9E37_79B9_7F4A_7C15

    @inline(__always)
    package static func of(_ base: UnsafeRawPointer, _ count: Int, seed: UInt64) -> UInt64 {
        var hash = seed ^ UInt64(truncatingIfNeeded: count)
        var offset = 0
        while offset + 8 <= count {
            hash = mix(hash ^ base.loadUnaligned(fromByteOffset: offset, as: UInt64.self), prime)
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < count {
            rest = rest << 8 | UInt64(base.load(fromByteOffset: offset, as: UInt8.self))
            offset += 1
        }
        return mix(hash ^ rest, 0xD6E8_FEB8_6659_FD93)
    }

    @inline(__always)
    package static func equal(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>?, _ count: Int) -> Bool {
        count == 0 || memcmp(left, right!, count) == 0
    }
}

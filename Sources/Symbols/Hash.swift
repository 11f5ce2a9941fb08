import Glibc

/// A hash of a few bytes: eight at a time, multiplied and folded. Seeded for each process, so that nobody can
/// prepare strings that collide.
public enum Hash {
    public static let seed = UInt64.random(in: 1 ... .max)

    @inlinable @inline(__always)
    public static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let wide = a.multipliedFullWidth(by: b)
        return wide.high ^ wide.low
    }

    @inline(__always)
    package static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        guard let base = UnsafeRawPointer(bytes.baseAddress) else { return mix(seed, prime) }
        return of(base, bytes.count, seed: seed)
    }

    @inlinable public static var prime: UInt64 { 0x9E37_79B9_7F4A_7C15 }

    @inlinable @inline(__always)
    public static func of(_ base: UnsafeRawPointer, _ count: Int, seed: UInt64) -> UInt64 {
        var hash = seed ^ UInt64(truncatingIfNeeded: count)
        var offset = 0
        while offset + 8 <= count {
            hash = mix(hash ^ base.loadUnaligned(fromByteOffset: offset, as: UInt64.self), prime)
            offset += 8
        }
        return mix(hash ^ rest(base + offset, count - offset), 0xD6E8_FEB8_6659_FD93)
    }

    /// Fewer than eight bytes as one number; with their count they are told apart from all others.
    @inlinable @inline(__always)
    public static func rest(_ base: UnsafeRawPointer, _ count: Int) -> UInt64 {
        if count >= 4 {
            let first = UInt64(base.loadUnaligned(as: UInt32.self))
            return first << 32 | UInt64(base.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
        }
        guard count > 0 else { return 0 }
        let first = UInt64(base.load(as: UInt8.self))
        let middle = UInt64(base.load(fromByteOffset: count / 2, as: UInt8.self))
        return first << 16 | middle << 8 | UInt64(base.load(fromByteOffset: count - 1, as: UInt8.self))
    }

    @inline(__always)
    static func equal(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>?, _ count: Int) -> Bool {
        count == 0 || memcmp(left, right!, count) == 0
    }
}

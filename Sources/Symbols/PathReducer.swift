/// Turns a raw path into something like its template: numbers, UUIDs, hashes, dates and addresses become `{}`.
/// Applied where instrumentation gave no template, so that a route is a route and not one for each customer.
package enum PathReducer {
    private static let segmentsMax = 12
    private static let placeholder = Array("{}".utf8)

    package static func reduce(_ path: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var reduced: [UInt8] = []
        var segments = 0
        var start = 0
        let end = path.firstIndex(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) ?? path.count
        while start <= end {
            let stop = path[start..<end].firstIndex(of: UInt8(ascii: "/")) ?? end
            if start > 0 { reduced.append(UInt8(ascii: "/")) }
            segments += 1
            if segments > segmentsMax {
                reduced.append(contentsOf: "...".utf8)
                return reduced
            }
            let segment = UnsafeBufferPointer(rebasing: path[start..<stop])
            if isVariable(segment) { reduced += placeholder } else { reduced += segment }
            start = stop + 1
        }
        return reduced
    }

    /// A hash of what `reduce` would make of the path, without making it.
    package static func hash(_ path: UnsafeBufferPointer<UInt8>, seed: UInt64) -> UInt64 {
        var hash = seed
        var segments = 0
        var start = 0
        let end = path.firstIndex(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) ?? path.count
        while start <= end {
            var stop = start
            while stop < end, path[stop] != UInt8(ascii: "/") { stop += 1 }
            segments += 1
            if segments > segmentsMax { return Hash.mix(hash ^ 2, prime) }
            let segment = UnsafeBufferPointer(rebasing: path[start..<stop])
            hash = Hash.mix(hash ^ (isVariable(segment) ? 1 : Hash.of(segment)), prime)
            start = stop + 1
        }
        return hash
    }

    private static let prime: UInt64 = 0xA076_1D64_78BD_642F

    /// Digits make a segment a value: alone, in a date, an id, a hash, an address. Short versions (`v1`) stay.
    private static func isVariable(_ segment: UnsafeBufferPointer<UInt8>) -> Bool {
        if segment.isEmpty { return false }
        var digits = 0
        var hexDigits = 0
        for byte in segment {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits += 1
                hexDigits += 1
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "-"):
                hexDigits += 1
            default: break
            }
        }
        if digits == segment.count { return true }
        if segment.contains(UInt8(ascii: "%")) || segment.contains(UInt8(ascii: "@")) { return true }
        let isHex = hexDigits == segment.count
        if isHex && segment.count >= 8 && digits > 0 { return true }
        // A third of digits in a longer word is an id (`order-20481`, `a1b2c3d4e5`), `oauth2` and `v1` are not.
        return segment.count >= 5 && digits * 3 >= segment.count || segment.count > 40
    }
}

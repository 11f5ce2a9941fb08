import TraceModel

/// Large numbers on a scale of eighths or sixteenths of an octave, which is as fine as anybody compares them.
enum RecordScale {
    /// Bytes of an answer as `SpanRecord.answerSize`.
    static func answerSize(_ bytes: UInt64) -> UInt8 {
        guard bytes > 0 else { return 0 }
        let octave = 63 - bytes.leadingZeroBitCount
        // The three bits below the highest one are the eighths, near enough.
        let eighths = octave >= 3 ? Int(bytes >> UInt64(octave - 3)) & 7 : Int(bytes << UInt64(3 - octave)) & 7
        return UInt8(clamping: octave * 8 + eighths + 1)
    }

    /// A sampling threshold of 56 bits (`ot=th`) as `SpanRecord.weight`.
    static func weight(threshold: UInt64) -> UInt16 {
        let all: UInt64 = 1 << 56
        guard threshold > 0, threshold < all else { return 0 }
        let weight = all / (all - threshold)
        let octave = 63 - weight.leadingZeroBitCount
        let sixteenths = octave >= 4 ? Int(weight >> UInt64(octave - 4)) & 15 : Int(weight << UInt64(4 - octave)) & 15
        return UInt16(octave * 16 + sixteenths)
    }
}

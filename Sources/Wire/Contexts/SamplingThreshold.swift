package import TraceModel

/// OpenTelemetry's consistent sampling: a trace is kept where its 56 random bits are not below the threshold, so that
/// every service that asks the same question of the same trace gets the same answer.
package struct SamplingThreshold: Hashable, Sendable, Comparable {
    package static let digitsMax = 14
    package static let all: UInt64 = 1 << 56
    package static let keepsAll = SamplingThreshold(raw: 0)

    /// So many of 2^56 traces are thrown away.
    package let raw: UInt64

    private init(raw: UInt64) {
        self.raw = raw
    }

    /// Keeps this share of all traces; nil where that is none, for which there is no threshold.
    package init?(keeping share: Double) {
        guard share > 0 else { return nil }
        guard share < 1 else {
            self = .keepsAll
            return
        }
        let dropped = ((1 - share) * Double(Self.all)).rounded()
        guard dropped < Double(Self.all) else { return nil }
        raw = UInt64(dropped)
    }

    /// One to fourteen hex digits, in which zeros at the end are left out.
    package init?(digits: some Collection<UInt8>) {
        guard digits.count <= Self.digitsMax, let value = HeaderText.hex(digits) else { return nil }
        raw = value << UInt64((Self.digitsMax - digits.count) * 4)
    }

    package var digits: String {
        let text = String(raw, radix: 16)
        var padded = String(repeating: "0", count: Self.digitsMax - text.count) + text
        while padded.count > 1, padded.hasSuffix("0") { padded.removeLast() }
        return padded
    }

    @inlinable
    package func keeps(randomness: UInt64) -> Bool { randomness >= raw }

    /// The bits of a trace id that thresholds are compared with.
    @inlinable
    package static func randomness(of traceID: TraceID) -> UInt64 { traceID.low & (all - 1) }

    package static func < (left: SamplingThreshold, right: SamplingThreshold) -> Bool { left.raw < right.raw }
}

package import TraceModel

/// A chain without its spans: what makes two failures the same one, happening again.
package struct ChainShape: Hashable, Sendable {
    package var kind: MaskKind?
    package var maskService: Symbol
    package var maskOperation: Symbol
    package var originService: Symbol
    package var originOperation: Symbol
    package var originClass: OriginClass

    package init(
        kind: MaskKind?, maskService: Symbol, maskOperation: Symbol, originService: Symbol, originOperation: Symbol,
        originClass: OriginClass
    ) {
        self.kind = kind
        self.maskService = maskService
        self.maskOperation = maskOperation
        self.originService = originService
        self.originOperation = originOperation
        self.originClass = originClass
    }

    package init(_ chain: ChainFinding) {
        self.init(
            kind: chain.kind, maskService: chain.maskPoint?.service ?? .empty,
            maskOperation: chain.maskPoint?.operation ?? .empty, originService: chain.origin.service,
            originOperation: chain.origin.operation, originClass: chain.originClass)
    }
}

/// How often a route's failures happen, in periods of enough traces and enough time. A failure that is in nearly every
/// period at no growing rate is chronic: everybody knows it, nobody has to be called.
///
/// Counts all settled traces of the route. This is no lesson about the usual shape, which failures never teach.
package struct FailureRates: Sendable, Hashable {
    package static let periodsMax = 8
    static let periodTracesMin: UInt32 = 256
    static let periodNanosecondsMin: UInt64 = 900_000_000_000
    /// So few in one period are no rise, whatever the share.
    static let burstMin: UInt64 = 8

    package struct Rate: Sendable, Hashable {
        package var shape: ChainShape
        /// Per 65,535 traces, the latest period first.
        package var past: SIMD8<UInt16> = .zero
        /// Traces in the period that is under way.
        package var now: UInt32 = 0

        package init(shape: ChainShape) {
            self.shape = shape
        }
    }

    package private(set) var rates: [Rate] = []
    package private(set) var traces: UInt32 = 0
    package private(set) var startedNanoseconds: UInt64 = 0
    /// Finished periods, up to `periodsMax`.
    package private(set) var periods: UInt8 = 0

    package init() {}

    package mutating func restore(rates: [Rate], traces: UInt32, startedNanoseconds: UInt64, periods: UInt8) {
        self.rates = rates
        self.traces = traces
        self.startedNanoseconds = startedNanoseconds
        self.periods = min(periods, UInt8(Self.periodsMax))
    }

    var bytes: Int { rates.capacity * MemoryLayout<Rate>.stride }

    /// Counts settled traces, whatever their verdict.
    @inline(__always)
    package mutating func count(traces more: UInt32, atNanoseconds now: UInt64) {
        if startedNanoseconds == 0 { startedNanoseconds = now }
        let isOver = traces >= Self.periodTracesMin && now >= startedNanoseconds + Self.periodNanosecondsMin
        if isOver { closePeriod(atNanoseconds: now) }
        traces = traces &+ more < more ? .max : traces &+ more
    }

    /// Counts one trace with such a chain. The rarest shape makes room for a new one.
    package mutating func count(_ shape: ChainShape, _ limits: ProfileLimits) {
        if let known = rates.firstIndex(where: { $0.shape == shape }) {
            rates[known].now += 1
            return
        }
        var rate = Rate(shape: shape)
        rate.now = 1
        if rates.count < limits.shapesMax { return rates.append(rate) }
        let rarest = rates.indices.min { weight(rates[$0]) < weight(rates[$1]) }
        if let rarest, weight(rates[rarest]) <= 2 { rates[rarest] = rate }
    }

    private func weight(_ rate: Rate) -> UInt64 { UInt64(rate.now) + UInt64(rate.past.max()) }

    private mutating func closePeriod(atNanoseconds now: UInt64) {
        for index in rates.indices {
            let share = Self.share(rates[index].now, of: traces)
            for place in (1..<Self.periodsMax).reversed() { rates[index].past[place] = rates[index].past[place - 1] }
            rates[index].past[0] = share
            rates[index].now = 0
        }
        rates.removeAll { $0.past == .zero }
        traces = 0
        startedNanoseconds = now
        periods = min(periods + 1, UInt8(Self.periodsMax))
    }

    private static func share(_ count: UInt32, of traces: UInt32) -> UInt16 {
        guard count > 0, traces > 0 else { return 0 }
        return UInt16(max(1, min(65535, UInt64(count) * 65535 / UInt64(traces))))
    }

    /// In all but one of the last periods, and now not more than twice as often as in the worst of them.
    package func isChronic(_ shape: ChainShape) -> Bool {
        guard periods >= Self.periodsMax, let rate = rates.first(where: { $0.shape == shape }) else { return false }
        var hits = 0
        var worst: UInt16 = 0
        for place in 0..<Self.periodsMax where rate.past[place] > 0 {
            hits += 1
            if place > 0 { worst = max(worst, rate.past[place]) }
        }
        guard hits >= Self.periodsMax - 1, rate.past[0] <= UInt16(min(65535, UInt32(worst) * 2)) else { return false }
        return UInt64(rate.now) <= max(Self.burstMin, UInt64(worst) * 2 * UInt64(traces) / 65535)
    }

    /// The share of the route's traces with such a chain, over the finished periods.
    package func share(_ shape: ChainShape) -> Float {
        guard periods > 0, let rate = rates.first(where: { $0.shape == shape }) else { return 0 }
        var sum: Float = 0
        for place in 0..<Int(periods) { sum += Float(rate.past[place]) }
        return sum / Float(periods) / 65535
    }
}

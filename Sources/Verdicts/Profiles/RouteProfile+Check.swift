package import TraceModel

extension RouteProfile {
    /// Whether a plainly clean trace looks as its route's traces do, from what can be told without its tree. This runs
    /// for every trace that settles clean: no allocation, and one look-up for each hop.
    package func isUsual(
        hops: ArraySlice<HopID>, durationNanoseconds: UInt64, answerSize: UInt8, maySkipSteps: Bool
    ) -> Bool {
        if durationNanoseconds > slowNanoseconds { return false }
        if answerSize > 0, let usualOctaves, isFar(answerSize, usualOctaves) { return false }
        return maySkipSteps || hasRequired(hops)
    }

    @inline(__always)
    private func hasRequired(_ hops: ArraySlice<HopID>) -> Bool {
        var present: UInt64 = 0
        for hop in hops {
            if let number = index.find(hop) { present |= 1 << UInt64(number) }
        }
        return missing(from: present) == 0
    }

    func isFar(_ size: UInt8, _ usual: ClosedRange<Int>) -> Bool {
        let octave = SizeHistogram.octave(of: size)
        return octave + Usual.farOctaves < usual.lowerBound || octave > usual.upperBound + Usual.farOctaves
    }

    /// An answer like most; nil when the route's answers don't say their size, or this one does not.
    func isUsualSize(_ size: UInt8) -> Bool? {
        guard size > 0, let usualOctaves else { return nil }
        return usualOctaves.contains(SizeHistogram.octave(of: size))
    }
}

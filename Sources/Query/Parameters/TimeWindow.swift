import JSON

/// A stretch of time in whole minutes, cut into steps: what a series covers.
struct TimeWindow {
    static let minute: UInt64 = 60_000_000_000
    static let names = ["from", "to", "step"]

    let fromNanoseconds: UInt64
    let toNanoseconds: UInt64
    let stepMinutes: Int
    let points: Int

    var stepNanoseconds: UInt64 { UInt64(stepMinutes) * Self.minute }
    var minutes: Int { Int((toNanoseconds - fromNanoseconds) / Self.minute) }

    /// Ends now where nothing else is asked, and begins `minutes` before. Without a step in the question it is the
    /// shortest that makes no more than `pointsUsual` points; no answer has more than `pointsMax`.
    init(
        _ parameters: RequestParameters, atNanoseconds now: UInt64, minutes: Int, pointsUsual: Int,
        pointsMax: Int = 1500
    ) throws(ParameterMistake) {
        let end = (try parameters.time("to") ?? now).roundedUp(toMultipleOf: Self.minute)
        let start = try parameters.time("from") ?? end - min(end, UInt64(minutes) * Self.minute)
        guard start < end else { throw ParameterMistake(detail: "from must be a time before to") }
        fromNanoseconds = start / Self.minute * Self.minute
        toNanoseconds = end
        let covered = Int((toNanoseconds - fromNanoseconds) / Self.minute)
        let asked = try parameters.value("step", "a number of nanoseconds that is a multiple of a minute") { text in
            UInt64(text).flatMap { $0 > 0 && $0.isMultiple(of: Self.minute) ? $0 / Self.minute : nil }
        }
        let step = asked.map { Int(min($0, UInt64(covered))) } ?? max(1, (covered + pointsUsual - 1) / pointsUsual)
        stepMinutes = step
        points = (covered + step - 1) / step
        guard points <= pointsMax else {
            throw ParameterMistake(
                detail: "a step of \(UInt64(step) * Self.minute) makes \(points) points of this time, and there may be "
                    + "\(pointsMax)")
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.field("from", UTCTime(nanoseconds: fromNanoseconds))
        writer.field("stepNanoseconds", stepNanoseconds)
    }
}

extension UInt64 {
    fileprivate func roundedUp(toMultipleOf step: UInt64) -> UInt64 { (self / step + (self % step > 0 ? 1 : 0)) * step }
}

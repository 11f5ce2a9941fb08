/// The series of one family: which of them a set of label values counts under, once and for the life of the process.
///
/// Bounded by the limiter for each label, and by `seriesMax` for their combinations: what comes after that counts under
/// `(other)` in every label that is not from a closed list.
package struct SeriesBook: Sendable {
    package struct Label: Sendable {
        let name: String
        /// Its values come from a short list of the program's own.
        let isClosed: Bool

        package static func open(_ name: String) -> Label { Label(name: name, isClosed: false) }
        package static func closed(_ name: String) -> Label { Label(name: name, isClosed: true) }
    }

    private let labels: [Label]
    private let seriesMax: Int
    private var places: [LabelText: Int] = [:]
    /// In the order in which they came up.
    package private(set) var series: [LabelText] = []
    /// Series that a label's limit has changed, by label; under the empty name those that the family had no room for.
    package private(set) var limited: [String: UInt64] = ["": 0]

    package init(_ labels: [Label], seriesMax: Int) {
        self.labels = labels
        self.seriesMax = seriesMax
        for label in labels where !label.isClosed { limited[label.name] = 0 }
    }

    /// The place of the series for these values. Ask once for each thing that is counted and remember the answer: each
    /// question for values that are limited counts as one more series that is.
    package mutating func place(of values: [String], _ limiter: inout LabelLimiter) -> Int {
        precondition(values.count == labels.count, "a value for each label")
        var named: [(name: String, value: String)] = []
        for (label, value) in zip(labels, values) {
            let admitted = label.isClosed ? value : limiter.admitted(label.name, value)
            if admitted == LabelLimiter.overflow, value != admitted { limited[label.name, default: 0] += 1 }
            named.append((label.name, admitted))
        }
        let text = LabelText(named)
        if let known = places[text] { return known }
        guard series.count < seriesMax else {
            limited["", default: 0] += 1
            return overflowPlace(named)
        }
        return append(text)
    }

    private mutating func overflowPlace(_ named: [(name: String, value: String)]) -> Int {
        let other = LabelText(
            zip(labels, named).map { ($0.name, $0.isClosed ? $1.value : LabelLimiter.overflow) })
        return places[other] ?? append(other)
    }

    private mutating func append(_ text: LabelText) -> Int {
        series.append(text)
        places[text] = series.count - 1
        return series.count - 1
    }
}

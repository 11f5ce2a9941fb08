/// One series of a histogram: how many values lay at or below each bound, not yet added up.
package struct HistogramSample: Sendable {
    let labels: LabelText
    /// Ascending.
    let bounds: [Double]
    /// One more than bounds: the last is everything above.
    let counts: [UInt64]
    let sum: Double
    let exemplar: MetricsText.Exemplar?

    package init(
        _ labels: LabelText, bounds: [Double], counts: [UInt64], sum: Double, exemplar: MetricsText.Exemplar? = nil
    ) {
        precondition(counts.count == bounds.count + 1, "a count for each bound, and one for what lies above")
        self.labels = labels
        self.bounds = bounds
        self.counts = counts
        self.sum = sum
        self.exemplar = exemplar
    }

    /// The bucket that a value falls into.
    func place(of value: Double) -> Int { bounds.firstIndex { value <= $0 } ?? bounds.count }
}

/// Sees to it that no label takes more values than a time series database should bear: the first so many keep their
/// own, all later ones read `(other)`.
///
/// First come, first served, and for the life of the process: a counter whose series changed places would go down.
package struct LabelLimiter: Sendable {
    package static let overflow = "(other)"

    /// How many values each label may take. Labels that are not here speak from a closed list.
    package static let valuesMaxDefault: [String: Int] = [
        "edge_service": 500, "edge_route": 2_000, "mask_service": 500, "mask_operation": 1_000,
        "origin_service": 500, "origin_operation": 1_000, "origin_class": 64, "fingerprint": 1_000, "service": 500,
        "span_name": 1_000, "client": 500, "server": 500,
    ]

    private let valuesMax: [String: Int]
    private var values: [String: Set<String>] = [:]

    package init(valuesMax: [String: Int] = LabelLimiter.valuesMaxDefault) {
        self.valuesMax = valuesMax
    }

    /// The value as it may be written.
    mutating func admitted(_ label: String, _ value: String) -> String {
        guard let max = valuesMax[label], !value.isEmpty, value != Self.overflow else { return value }
        let cut = LabelText.cut(value)
        if values[label, default: []].contains(cut) { return cut }
        guard values[label, default: []].count < max else { return Self.overflow }
        values[label, default: []].insert(cut)
        return cut
    }

    /// Distinct values by label, in the order of their names.
    package var taken: [(label: String, values: Int)] {
        valuesMax.keys.sorted().map { ($0, values[$0]?.count ?? 0) }
    }
}

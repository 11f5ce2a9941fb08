/// A plain table on standard output: what was measured, how much, and the goal beside it.
struct Table {
    private var rows: [[String]] = [["measured", "value", "goal", "floor in the same run"]]

    mutating func add(_ what: String, _ value: String, goal: String = "", floor: String = "") {
        rows.append([what, value, goal, floor])
    }

    func print() {
        let widths = (0..<rows[0].count).map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            Swift.print(cells.joined(separator: "  "))
        }
    }
}

/// A figure with as many digits as mean something.
func figure(_ value: Double, _ unit: String) -> String {
    let scaled = value >= 100 ? value.rounded() : (value * 10).rounded() / 10
    let text = scaled == scaled.rounded() ? String(Int(scaled)) : String(scaled)
    return "\(text) \(unit)"
}

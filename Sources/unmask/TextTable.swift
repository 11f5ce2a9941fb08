/// Rows in aligned columns that fit the terminal: flexible columns give way, the widest first.
struct TextTable {
    struct Column {
        var title: String
        var isFlexible: Bool

        static func fixed(_ title: String) -> Column { Column(title: title, isFlexible: false) }
        static func flexible(_ title: String) -> Column { Column(title: title, isFlexible: true) }
    }

    /// A flexible column that would be narrower than this says nothing any more; the last ones are then left out.
    private static let columnsMin = 10
    private static let gap = 2

    private let columns: [Column]
    private var rows: [[String]] = []

    init(columns: [Column]) {
        self.columns = columns
    }

    /// Cells are safe text already.
    mutating func add(_ row: [String]) {
        precondition(row.count == columns.count, "a cell for each column")
        rows.append(row)
    }

    func text(_ style: TextStyle) -> String {
        let all = [columns.map(\.title)] + rows
        let widths = fit(columns.indices.map { index in all.map { SafeText.columns($0[index]) }.max() ?? 0 }, style)
        return all.map { line($0, widths, style) }.joined()
    }

    private func fit(_ natural: [Int], _ style: TextStyle) -> [Int] {
        guard let limit = style.columns else { return natural }
        var count = natural.count
        while true {
            let widths = squeeze(Array(natural.prefix(count)), limit)
            if Self.total(widths) <= limit || !columns[count - 1].isFlexible { return widths }
            count -= 1
        }
    }

    private func squeeze(_ natural: [Int], _ limit: Int) -> [Int] {
        var widths = natural
        while Self.total(widths) > limit {
            let flexible = widths.indices.filter { columns[$0].isFlexible && widths[$0] > Self.columnsMin }
            guard let widest = flexible.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        return widths
    }

    private static func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + gap * (widths.count - 1) }

    private func line(_ cells: [String], _ widths: [Int], _ style: TextStyle) -> String {
        var line = ""
        for (cell, width) in zip(cells, widths) {
            let shown = SafeText.columns(cell) <= width ? cell : SafeText.escape(cell, columnsMax: width, style: style)
            let padding = width - SafeText.columns(shown) + Self.gap
            line += shown + String(repeating: " ", count: max(0, padding))
        }
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }
}

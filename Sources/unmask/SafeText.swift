/// Text of unknown origin made fit for a terminal: whatever would move the cursor, reorder or hide text is shown as
/// an escape, and all of it is bounded.
enum SafeText {
    static let columnsMaxDefault = 200

    static func escape(_ text: String, columnsMax: Int = columnsMaxDefault, style: TextStyle) -> String {
        var shown = ""
        var columns = 0
        /// How much of `shown` stays where the rest does not fit.
        var kept = shown.endIndex
        let ellipsis = style.pick("…", "...")
        for scalar in text.unicodeScalars {
            let piece = show(scalar, style)
            let width = piece.unicodeScalars.reduce(0) { $0 + self.width($1) }
            if columns + width > columnsMax { return shown[..<kept] + ellipsis }
            columns += width
            shown += piece
            if columns + ellipsis.count <= columnsMax { kept = shown.endIndex }
        }
        return shown
    }

    /// For messages about what somebody typed.
    static func quoted(_ text: String) -> String { "'" + escape(text, columnsMax: 60, style: .plain) + "'" }

    /// How many columns a text takes, roughly: wide signs two, all others one.
    static func columns(_ text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + width($1) } }

    private static func show(_ scalar: Unicode.Scalar, _ style: TextStyle) -> String {
        if scalar.isASCII, scalar.value >= 0x20, scalar.value != 0x7F { return String(scalar) }
        switch scalar {
        case "\n": return #"\n"#
        case "\r": return #"\r"#
        case "\t": return #"\t"#
        default:
            return style.isUnicode && isVisible(scalar)
                ? String(scalar) : #"\u{"# + String(scalar.value, radix: 16) + "}"
        }
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        // Combining marks pile up without end on one column.
        case .nonspacingMark, .enclosingMark: false
        default: true
        }
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}

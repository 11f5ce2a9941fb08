/// Names of unknown origin made fit for a format. Services, routes and statements come from whoever sends spans.
enum PlainText {
    /// One line without control signs or what turns the direction of writing; no longer than `scalarsMax`.
    static func line(_ text: String, scalarsMax: Int = 300) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if shown.count == scalarsMax {
                shown.append("…")
                break
            }
            shown.append(isPlain(scalar) ? scalar : " ")
        }
        return String(shown)
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    /// Slack's three signs. Without them nothing can be mentioned and no link be forged.
    static func slack(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    static func cut(_ text: String, scalarsMax: Int) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count > scalarsMax else { return text }
        return String(String.UnicodeScalarView(scalars.prefix(scalarsMax - 1))) + "…"
    }

    /// Two digits behind the point at most, without needless zeros.
    static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 9e15 else { return "?" }
        let hundredths = (value * 100).rounded()
        let whole = Int64((hundredths / 100).rounded(.towardZero))
        let rest = Int64(abs(hundredths).truncatingRemainder(dividingBy: 100))
        if rest == 0 { return "\(whole)" }
        let sign = value < 0 && whole == 0 ? "-" : ""
        let digits = rest % 10 == 0 ? "\(rest / 10)" : (rest < 10 ? "0\(rest)" : "\(rest)")
        return "\(sign)\(whole).\(digits)"
    }

    static func percent(_ share: Double) -> String { number(share * 100) + " %" }
}

package import Alerting
package import Configuration

/// The text of a message about one alert or many.
package struct MessageWriter: Hashable, Sendable {
    /// Further ones are counted, not told: a message for people has an end.
    private static let alertsMax = 10

    package enum Style: Hashable, Sendable {
        case plain
        case slack
    }

    package let template: MessageTemplate
    package let links: PageLinks
    package let style: Style

    package init(_ template: MessageTemplate?, links: PageLinks, style: Style = .plain) {
        self.template = template ?? Self.usual
        self.links = links
        self.style = style
    }

    package static let usual: MessageTemplate = {
        let text = """
            {summary}
            {description}
            Failed: {origin_service} {origin_operation} ({origin_class})
            Swallowed: {mask_service} {mask_operation} ({masked_as})
            Confidence: {confidence}
            Since: {since}
            Over after: {lasted} ({resolved_reason})
            Users' requests: {requests}
            Now, a minute: {per_minute}
            Success as told and as it is: {apparent_rate}, {real_rate}
            Examples: {examples}
            More: {link}
            Next: {next}
            """
        do {
            return try MessageTemplate(text)
        } catch {
            preconditionFailure("the usual template is right: \(error)")
        }
    }()

    /// Everything in one text.
    package func text(_ notice: Notice) -> String {
        ([title(notice)] + notice.alerts.prefix(Self.alertsMax).map { text($0) } + remainder(notice)).joined(
            separator: "\n\n")
    }

    package func remainder(_ notice: Notice) -> [String] {
        let more = notice.alerts.count - Self.alertsMax
        guard more > 0 else { return [] }
        return ["and \(more) more" + (links.alerts.map { ": \($0)" } ?? "; unmask alerts lists them")]
    }

    package func shown(_ notice: Notice) -> ArraySlice<Alert> { notice.alerts.prefix(Self.alertsMax) }

    /// One line that says what the message is about.
    package func title(_ notice: Notice) -> String {
        let firing = notice.alerts.count { $0.state != .resolved }
        let mark =
            switch notice.kind {
            case .test: "[TEST] "
            case .resolved: "[resolved] "
            case .reminder: "[still] "
            case .firing: ""
            }
        guard notice.alerts.count != 1, let first = notice.alerts.first else {
            return mark + escaped(notice.alerts.first?.summary ?? "nothing")
        }
        let count =
            firing == notice.alerts.count || firing == 0
            ? "\(notice.alerts.count) alerts" : "\(firing) alerts, \(notice.alerts.count - firing) over"
        return mark + "\(count), such as: " + escaped(first.summary)
    }

    /// Lines whose names all have nothing to say are left out.
    package func text(_ alert: Alert) -> String {
        let words = AlertWords(alert, links)
        return template.lines.compactMap { line(words, $0) }.joined(separator: "\n")
    }

    private func line(_ words: AlertWords, _ pieces: [MessageTemplate.Piece]) -> String? {
        var line = ""
        var asked = 0
        var answered = 0
        for piece in pieces {
            switch piece {
            case .text(let text): line += text
            case .word(let word):
                let value = value(word, words)
                asked += 1
                if !value.isEmpty { answered += 1 }
                line += value
            }
        }
        return asked > 0 && answered == 0 ? nil : line
    }

    private func value(_ word: MessageTemplate.Word, _ words: AlertWords) -> String {
        guard word == .examples else { return escaped(words.value(word)) }
        return words.examples.map { escaped($0) }.joined(separator: " ")
    }

    private func escaped(_ text: String) -> String {
        let line = PlainText.line(text)
        return style == .slack ? PlainText.slack(line) : line
    }
}

import Alerting
import Configuration
import Findings
import JSON
import TraceModel

/// What a template can say of one alert. A value is one line of plain text, but for the examples.
struct AlertWords {
    private let alert: Alert
    private let links: PageLinks

    init(_ alert: Alert, _ links: PageLinks) {
        self.alert = alert
        self.links = links
    }

    /// Lines of their own, one for each example: an address where there is one, the id else.
    var examples: [String] {
        alert.traces.prefix(3).map { links.trace($0) ?? "\($0)" }
    }

    func value(_ word: MessageTemplate.Word) -> String {
        if let text = name(word) { return PlainText.line(text) }
        return figure(word) ?? ""
    }

    private func name(_ word: MessageTemplate.Word) -> String? {
        let names = alert.names
        switch word {
        case .summary: return alert.summary
        case .description: return alert.description
        case .state: return alert.state.rawValue
        case .rule: return alert.rule
        case .severity: return alert.severity.rawValue
        case .edgeService: return names?.edgeService
        case .route: return names?.edgeRoute
        case .maskService: return names?.maskService
        case .maskOperation: return names?.maskOperation
        case .maskedAs: return names?.kind?.name
        case .originService: return names?.originService
        case .originOperation: return names?.originOperation
        case .originClass: return names?.originClass
        case .resolvedReason: return alert.resolvedReason
        case .alert: return alert.id
        case .next: return next
        default: return nil
        }
    }

    private func figure(_ word: MessageTemplate.Word) -> String? {
        let figures = alert.figures
        switch word {
        case .confidence: return alert.confidence?.name
        case .since: return Self.time(alert.startedNanoseconds)
        case .lasted: return lasted
        case .requests: return figures.weight > 0 ? PlainText.number(figures.weight.rounded()) : nil
        case .traces: return figures.traces > 0 ? "\(figures.traces)" : nil
        case .perMinute: return figures.perMinute > 0 ? PlainText.number(figures.perMinute) : nil
        case .apparentRate: return figures.apparentRate.map { PlainText.percent($0) }
        case .realRate: return figures.realRate.map { PlainText.percent($0) }
        case .fingerprint: return alert.fingerprint?.hex
        case .link: return alert.fingerprint.flatMap { links.pattern($0) } ?? links.alerts
        case .examples: return examples.joined(separator: "\n")
        default: return nil
        }
    }

    /// To the second: nobody reads nanoseconds in a message.
    static func time(_ nanoseconds: UInt64) -> String {
        let text = UTCTime(nanoseconds: nanoseconds).description
        return text.prefix(19).split(separator: "T").joined(separator: " ") + " UTC"
    }

    private var lasted: String? {
        guard let end = alert.resolvedNanoseconds, end > alert.startedNanoseconds else { return nil }
        return DurationText.short(end - alert.startedNanoseconds)
    }

    private var next: String {
        let ask = alert.traces.first.map { " Ask why: unmask trace \($0) --why" } ?? ""
        if alert.state == .resolved { return "Nothing, unless it comes back.\(ask)" }
        guard let names = alert.names, !names.originService.isEmpty else {
            return "See what changed when it began.\(ask)"
        }
        let swallowed = names.maskService.isEmpty || names.maskService == names.originService
        let honest = swallowed ? "" : ", and at \(names.maskService), which answered success all the same"
        return "Look at \(names.originService) for the cause\(honest).\(ask)"
    }
}

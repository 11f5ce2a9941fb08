import Alerting
import Configuration
import Findings

/// What of all that is told an exporter wants.
struct ExportSelection {
    let rule: ExporterRule

    /// Nil where nothing of it is wanted. Tests reach everybody.
    func part(of notice: Notice) -> Notice? {
        if notice.kind == .test { return notice }
        guard rule.sends.contains(.alerts) else { return nil }
        guard !rule.severities.isEmpty else { return notice }
        var part = notice
        part.alerts = notice.alerts.filter { rule.severities.contains($0.severity.rawValue) }
        return part.alerts.isEmpty ? nil : part
    }

    /// What was told is also taken back: a finding belongs where its verdict is wanted, or was before.
    func part(of entries: [FindingFeed.Entry]) -> [FindingFeed.Entry] {
        guard rule.sends.contains(.findings) else { return [] }
        return entries.filter { entry in
            rule.verdicts.contains(entry.change.after.verdict)
                || entry.change.before.map { rule.verdicts.contains($0.verdict) } == true
        }
    }
}

package import Alerting
package import Findings

/// Writes what is told in the way of one kind of target. Pure; what it leaves out was not asked for.
package protocol MessageFormat: Sendable {
    /// Of one message; what goes beyond becomes further ones.
    var alertsMax: Int { get }
    func parcels(of notice: Notice) -> [Parcel]
    func parcels(of findings: [FindingFeed.Entry]) -> [Parcel]
}

extension MessageFormat {
    package var alertsMax: Int { 500 }

    /// Several messages where one would be larger than any target takes.
    package func pages(of notice: Notice) -> [Parcel] {
        guard notice.alerts.count > alertsMax else { return parcels(of: notice) }
        return stride(from: 0, to: notice.alerts.count, by: alertsMax).flatMap { start in
            var page = notice
            page.alerts = Array(notice.alerts[start..<min(start + alertsMax, notice.alerts.count)])
            if start > 0 { page.id += ".\(start / alertsMax + 1)" }
            return parcels(of: page)
        }
    }

    package func parcels(of findings: [FindingFeed.Entry]) -> [Parcel] { [] }
}

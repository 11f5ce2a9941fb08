package import Alerting
package import Findings

/// Writes what is told in the way of one kind of target. Pure; what it leaves out was not asked for.
package protocol MessageFormat: Sendable {
    func parcels(of notice: Notice) -> [Parcel]
    func parcels(of findings: [FindingFeed.Entry]) -> [Parcel]
}

extension MessageFormat {
    package func parcels(of findings: [FindingFeed.Entry]) -> [Parcel] { [] }
}

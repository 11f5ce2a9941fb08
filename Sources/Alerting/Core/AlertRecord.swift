import Findings
import TraceModel

/// An alert with what the engine must remember of it, beyond what people are told.
package struct AlertRecord: Sendable, Hashable {
    package var alert: Alert
    package var key: AlertKey
    /// What messages about it have in common.
    package var group: String
    /// The condition has held since; what `for` counts from.
    var heldNanoseconds: UInt64
    /// The latest moment at which the condition was seen to hold.
    var seenNanoseconds: UInt64
    /// The earliest decision of a trace that counts here: revisions of others take nothing back.
    var firstDecidedNanoseconds: UInt64
    /// When people heard of it first and last; nil where nobody did.
    package var firstToldNanoseconds: UInt64?
    package var toldNanoseconds: UInt64?
    /// Who keeps it quiet at present.
    package var silencedBy: String?
    /// How long it has to be held before it fires.
    var forNanoseconds: UInt64 = 0
    /// It lives from sightings, not from conditions that are looked at again and again.
    var isSighted: Bool
    /// The same reason that a condition that stopped holding gives.
    var reasonWhenOver: String
    /// The latest trace that was counted; the next message links to it.
    var latest: TraceID?

    package var isActive: Bool { alert.state != .resolved }
    var isTold: Bool { firstToldNanoseconds != nil }

    func label(_ name: String) -> String? {
        switch name {
        case "rule": alert.rule
        case "severity": alert.severity.rawValue
        default: alert.labels.first { $0.name == name }?.value
        }
    }
}

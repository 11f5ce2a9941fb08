/// One message to people: what exporters deliver, each in its own format. Delivered at least once; `id` stays the same
/// through every attempt, so that a receiver can tell a repeat.
package struct Notice: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Some of the alerts are new.
        case firing
        /// Nothing new, but it still lasts.
        case reminder
        /// All of the alerts are over.
        case resolved
        /// Somebody wants to see whether messages arrive.
        case test
    }

    package var id: String
    package var kind: Kind
    /// What the alerts have in common; messages of one group follow each other at the receiver.
    package var group: String
    package var alerts: [Alert]
    package var createdNanoseconds: UInt64

    package init(id: String, kind: Kind, group: String, alerts: [Alert], createdNanoseconds: UInt64) {
        self.id = id
        self.kind = kind
        self.group = group
        self.alerts = alerts
        self.createdNanoseconds = createdNanoseconds
    }
}

/// Takes a message for delivery; it never blocks and never fails: what can't be delivered is its taker's to tell.
package typealias NoticeSink = @Sendable (Notice) -> Void

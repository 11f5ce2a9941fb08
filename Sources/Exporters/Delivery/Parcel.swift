/// One message in the bytes that its target reads, as it waits, is tried and is delivered. Written once, so that every
/// attempt says the same under the same id.
package struct Parcel: Hashable, Sendable {
    /// What a target that forgets has to be told again and again: an alert as of now, or nil that it is over.
    package struct Standing: Hashable, Sendable {
        package var alert: String
        package var body: [UInt8]?
    }

    /// The same through every attempt and every restart.
    package var id: String
    /// Parcels of a group arrive one after the other, in their order.
    package var group: String
    package var kind: String
    /// Where a target has several doors: which one.
    package var part: String
    /// The alerts that it tells of.
    package var alerts: [String]
    package var body: [UInt8]
    /// When that which it tells of was said.
    package var createdNanoseconds: UInt64
    package var standing: [Standing] = []

    package init(
        id: String, group: String, kind: String, part: String = "", alerts: [String] = [], body: [UInt8],
        createdNanoseconds: UInt64, standing: [Standing] = []
    ) {
        self.id = id
        self.group = group
        self.kind = kind
        self.part = part
        self.alerts = alerts
        self.body = body
        self.createdNanoseconds = createdNanoseconds
        self.standing = standing
    }
}

/// What became of one attempt.
package enum DeliveryOutcome: Hashable, Sendable {
    package enum Scope: Hashable, Sendable {
        /// Only this message is known to be in trouble.
        case message
        /// Nobody is there to take any.
        case target
    }

    case delivered(answer: String)
    /// To be tried again, not before the target's own time where it named one.
    case postponed(answer: String, afterNanoseconds: UInt64? = nil, scope: Scope)
    /// The target will never take this one.
    case refused(answer: String)
    /// The target wants no messages any more.
    case gone(answer: String)
    /// Given up on this side, since the program ends.
    case interrupted

    package var answer: String {
        switch self {
        case .delivered(let answer), .postponed(let answer, _, _), .refused(let answer), .gone(let answer): answer
        case .interrupted: "interrupted"
        }
    }
}

/// The far end of an exporter. `deliver` blocks for a bounded time and is called by one thread; `interrupt`, by any,
/// ends it early for good.
package protocol DeliveryTarget: AnyObject, Sendable {
    func deliver(_ parcel: Parcel) -> DeliveryOutcome
    func interrupt()
    /// Said again for everything that stands, every `Standings.everyNanoseconds`.
    func refresh(_ bodies: [[UInt8]], wallNanoseconds: UInt64) -> Parcel?
}

extension DeliveryTarget {
    package func refresh(_ bodies: [[UInt8]], wallNanoseconds: UInt64) -> Parcel? { nil }
}

import HTTP
import Synchronization

/// A target that is told by POST: one address, or each member of a cluster.
final class WebTarget: DeliveryTarget {
    /// What a request carries beside its body.
    typealias Heads = @Sendable (_ parcel: Parcel, _ wallNanoseconds: UInt64) -> HTTPHeaders
    /// What an answer that says success still has to say of what was taken.
    typealias Reading = @Sendable (HTTPClient.Answer, DeliveryOutcome) -> DeliveryOutcome

    private static let answerBytesMax = 64 * 1024
    /// A member that failed is left alone while another one takes messages, for a second at first and twice as long
    /// each time up to a minute, so that one that hangs does not cost every message a timeout.
    private static let leaveNanosecondsMin: UInt64 = 1_000_000_000
    private static let leaveNanosecondsMax: UInt64 = 60_000_000_000

    private struct Leave {
        var failures = 0
        /// On the monotonic clock.
        var until: UInt64 = 0

        mutating func note(isDelivered: Bool, _ now: UInt64) {
            failures = isDelivered ? 0 : failures + 1
            let length = min(leaveNanosecondsMax, leaveNanosecondsMin << UInt64(min(max(failures - 1, 0), 10)))
            until = isDelivered ? 0 : now + length
        }
    }

    private let members: [Member]
    private let clock: ExportClock
    private let heads: Heads
    private let reading: Reading
    /// Until when what stands shall stand, from the time at which it is told again; nil for targets that remember.
    private let expiryNanoseconds: UInt64?
    /// Of each member.
    private let leaves: Mutex<[Leave]>

    private struct Member: Sendable {
        let url: Secret
        let session: HTTPSession
    }

    init(
        urls: [Secret], timeoutNanoseconds: UInt64, targets: TargetGuard, clock: ExportClock,
        expiryNanoseconds: UInt64? = nil, heads: @escaping Heads, reading: @escaping Reading = { $1 }
    ) {
        members = urls.map { url in
            Member(
                url: url,
                session: HTTPSession(
                    timeoutMilliseconds: Int(timeoutNanoseconds / 1_000_000), bodyBytesMax: Self.answerBytesMax,
                    targets: targets))
        }
        leaves = Mutex([Leave](repeating: Leave(), count: urls.count))
        self.clock = clock
        self.heads = heads
        self.reading = reading
        self.expiryNanoseconds = expiryNanoseconds
    }

    /// Every member is told. One that took it is enough: members tell each other, and what stands is told to all of
    /// them again soon.
    func deliver(_ parcel: Parcel) -> DeliveryOutcome {
        if members.count == 1 { return post(parcel, to: members[0]) }
        let now = clock.monotonic()
        let left = leaves.withLock { $0.map { $0.until > now } }
        var outcomes = zip(members, left).map { member, isLeft in isLeft ? nil : post(parcel, to: member) }
        if !outcomes.contains(where: { $0?.isDelivered == true }) {
            for index in members.indices where left[index] { outcomes[index] = post(parcel, to: members[index]) }
        }
        note(outcomes)
        return Self.together(outcomes)
    }

    private func note(_ outcomes: [DeliveryOutcome?]) {
        let now = clock.monotonic()
        leaves.withLock { leaves in
            for case (let index, let outcome?) in outcomes.enumerated() {
                leaves[index].note(isDelivered: outcome.isDelivered, now)
            }
        }
    }

    private static func together(_ outcomes: [DeliveryOutcome?]) -> DeliveryOutcome {
        if outcomes.contains(.interrupted) { return .interrupted }
        let answers = outcomes.enumerated().map { index, outcome in
            "member \(index + 1): \(outcome?.answer ?? "left alone after a failure")"
        }.joined(separator: "; ")
        let tried = outcomes.compactMap { $0 }
        if tried.contains(where: \.isDelivered) { return .delivered(answer: answers) }
        if tried.allSatisfy(\.isRefused) { return .refused(answer: answers) }
        return .postponed(answer: answers, afterNanoseconds: tried.compactMap(\.afterNanoseconds).min(), scope: .target)
    }

    private func post(_ parcel: Parcel, to member: Member) -> DeliveryOutcome {
        do throws(HTTPError) {
            let wall = clock.wall()
            var headers = heads(parcel, wall)
            if headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
            let answer = try member.session.post(member.url.text + parcel.part, headers: headers, body: parcel.body)
            return reading(answer, HTTPAnswerReading.outcome(answer, wallNanoseconds: clock.wall()))
        } catch {
            return HTTPAnswerReading.outcome(error)
        }
    }

    func interrupt() {
        for member in members { member.session.interrupt() }
    }

    func refresh(_ bodies: [[UInt8]], wallNanoseconds now: UInt64) -> Parcel? {
        guard let expiryNanoseconds, !bodies.isEmpty else { return nil }
        let lasting = bodies.map { AlertmanagerFormat.standing($0, until: now + expiryNanoseconds) }
        return Parcel(
            id: "standing-\(now)", group: "", kind: "standing", body: AlertmanagerFormat.list(lasting),
            createdNanoseconds: now)
    }
}

extension DeliveryOutcome {
    package var isDelivered: Bool { if case .delivered = self { true } else { false } }
    var isRefused: Bool { if case .refused = self { true } else { false } }

    var afterNanoseconds: UInt64? {
        if case .postponed(_, let nanoseconds, _) = self { nanoseconds } else { nil }
    }
}

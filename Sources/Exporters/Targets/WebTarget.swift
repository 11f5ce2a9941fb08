import HTTP
import Synchronization

/// A target that is told by POST: one address, or each member of a cluster.
final class WebTarget: DeliveryTarget {
    /// What a request carries beside its body.
    typealias Heads = @Sendable (_ parcel: Parcel, _ wallNanoseconds: UInt64) -> HTTPHeaders
    /// What an answer that says success still has to say of what was taken.
    typealias Reading = @Sendable (HTTPClient.Answer, DeliveryOutcome) -> DeliveryOutcome

    private static let answerBytesMax = 64 * 1024

    private let members: [Member]
    private let clock: ExportClock
    private let heads: Heads
    private let reading: Reading
    /// Until when what stands shall stand, from the time at which it is told again; nil for targets that remember.
    private let expiryNanoseconds: UInt64?

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
        self.clock = clock
        self.heads = heads
        self.reading = reading
        self.expiryNanoseconds = expiryNanoseconds
    }

    /// Every member is told. One that took it is enough: members tell each other, and what stands is told to all of
    /// them again soon.
    func deliver(_ parcel: Parcel) -> DeliveryOutcome {
        let outcomes = members.map { post(parcel, to: $0) }
        if outcomes.count == 1 { return outcomes[0] }
        if outcomes.contains(.interrupted) { return .interrupted }
        let answers = outcomes.enumerated().map { "member \($0 + 1): \($1.answer)" }.joined(separator: "; ")
        if outcomes.contains(where: \.isDelivered) { return .delivered(answer: answers) }
        if outcomes.allSatisfy(\.isRefused) { return .refused(answer: answers) }
        return .postponed(
            answer: answers, afterNanoseconds: outcomes.compactMap(\.afterNanoseconds).min(), scope: .target)
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

import Configuration
import TraceModel

/// One call of an upstream, as a line tells of it.
struct UpstreamAttempt {
    var address: String?
    var code: UInt16?
    var durationNanoseconds: UInt64?
    /// Attempts of one group are of one call; another group is something that stands in for it.
    var group = 0
    /// It failed without an answer, in this way.
    var failure: Evidence?

    /// Everything that the line says of upstreams, in order.
    static func all(_ line: LogLine, _ rule: GatewayRule, flags: ProxyFlags) -> [UpstreamAttempt] {
        let statuses = UpstreamList(line.raw(.upstreamStatus))
        let listed = statuses.entries.contains { $0.text != "-" }
        if listed || line.text(.upstreamAddress) != nil && !statuses.entries.isEmpty {
            return attempts(statuses, line, rule)
        }
        return last(line, rule, flags)
    }

    private static func attempts(_ statuses: UpstreamList, _ line: LogLine, _ rule: GatewayRule) -> [UpstreamAttempt] {
        let addresses = UpstreamList(line.raw(.upstreamAddress))
        let times = UpstreamList(line.raw(.upstreamTime))
        let connects = UpstreamList(line.raw(.upstreamConnect))
        return statuses.entries.enumerated().map { index, entry in
            var attempt = UpstreamAttempt(address: addresses[index], group: entry.group)
            attempt.code = LogLine.code(entry.text)
            attempt.durationNanoseconds = times[index].flatMap { LogTime.length($0, rule.format.upstreamUnit) }
            let isConnected = index >= connects.entries.count || connects[index] != nil
            switch attempt.code {
            case nil: attempt.failure = .noResponse
            case 504: attempt.failure = .timedOut
            case 502 where !isConnected: attempt.failure = .connectFailed
            default: break
            }
            return attempt
        }
    }

    /// Gateways that tell of the last attempt only, and how many there were.
    private static func last(_ line: LogLine, _ rule: GatewayRule, _ flags: ProxyFlags) -> [UpstreamAttempt] {
        let count = count(line)
        let failure = flags.attemptFailure
        guard count > 0 || failure != nil || line.text(.upstreamAddress) != nil else { return [] }
        var last = UpstreamAttempt(address: line.text(.upstreamAddress), failure: failure)
        last.durationNanoseconds = line.text(.upstreamTime).flatMap { LogTime.length($0, rule.format.upstreamUnit) }
        if failure == nil { last.code = line.code(.upstreamStatus) ?? line.code(.status) }
        // What became of the ones before is not told, only that they were not good enough.
        return Array(repeating: UpstreamAttempt(failure: Evidence.noResponse), count: max(0, count - 1)) + [last]
    }

    private static let countMax = 64

    /// HAProxy marks a retry at another server with a plus sign.
    private static func count(_ line: LogLine) -> Int {
        if let attempts = line.text(.attempts).flatMap({ Int($0) }) { return min(max(0, attempts), countMax) }
        guard let retries = line.text(.retries).flatMap({ Int($0) }), line.text(.upstreamAddress) != "<NOSRV>" else {
            return 0
        }
        return retries > 0 ? min(retries + 1, countMax) : 0
    }
}

extension ProxyFlags {
    /// How an upstream that was called let the gateway down; nil where none was called or none failed.
    var attemptFailure: Evidence? {
        if contains(.upstreamConnectionFailure) { return [.connectFailed, .noResponse] }
        if contains(.upstreamTimeout) || contains(.streamDurationReached) { return [.timedOut, .noResponse] }
        let broken: ProxyFlags = [.upstreamTermination, .upstreamReset, .upstreamProtocolError]
        return isDisjoint(with: broken) ? nil : .noResponse
    }
}

/// How one line of an access log is read: its grammar, and which of its fields says what.
package struct LogFormat: Hashable, Sendable {
    package enum Grammar: Hashable, Sendable {
        /// One object a line.
        case json
        case pattern(LinePattern)
    }

    package enum Moment: String, Hashable, Sendable, CaseIterable {
        case start
        case end
    }

    package enum Unit: String, Hashable, Sendable, CaseIterable {
        case seconds = "s"
        case milliseconds = "ms"
        case microseconds = "us"
        case nanoseconds = "ns"

        package var nanoseconds: Double {
            switch self {
            case .seconds: 1e9
            case .milliseconds: 1e6
            case .microseconds: 1e3
            case .nanoseconds: 1
            }
        }
    }

    /// As `http.flavor` would say it: shown beside the spans.
    package var name: String
    package var grammar: Grammar
    /// The fields to look for, best first. In JSON a dot leads into an object: `request.headers.Traceparent`.
    package var fields: [LogRole: [String]]
    /// What a line's time is the time of.
    package var timeIs: Moment
    package var durationUnit: Unit
    package var upstreamUnit: Unit
    /// For times that name no zone: seconds east of Greenwich.
    package var zoneSeconds: Int
    /// A request and its upstream attempts have lines of their own, joined by the context that came with the request.
    package var splitsUpstreams: Bool

    package init(
        name: String, grammar: Grammar = .json, fields: [LogRole: [String]] = [:], timeIs: Moment = .end,
        durationUnit: Unit = .seconds, upstreamUnit: Unit? = nil, zoneSeconds: Int = 0, splitsUpstreams: Bool = false
    ) {
        self.name = name
        self.grammar = grammar
        self.fields = fields
        self.timeIs = timeIs
        self.durationUnit = durationUnit
        self.upstreamUnit = upstreamUnit ?? durationUnit
        self.zoneSeconds = zoneSeconds
        self.splitsUpstreams = splitsUpstreams
    }

    /// Where nobody said which field it is, it is the one of the same name.
    package func names(of role: LogRole) -> [String] { fields[role] ?? [role.rawValue] }
}

/// What a field of a log line may say.
package enum LogRole: String, Hashable, Sendable, CaseIterable {
    case time
    case duration
    case method
    case path
    /// `GET /path HTTP/1.1` in one piece.
    case request
    case host
    case status
    case bytes
    case client
    case agent
    /// A context that came with the request (any header's value), a trace id, or a request id.
    case trace
    /// The caller's span, where `trace` names none.
    case parent
    /// The context that the gateway sent on to its upstreams, where it made a span id of its own.
    case sent
    /// Whether a line is a request's or an upstream attempt's.
    case side
    /// The name of the group of upstreams.
    case upstream
    case upstreamAddress = "upstream_address"
    case upstreamStatus = "upstream_status"
    case upstreamTime = "upstream_time"
    case upstreamConnect = "upstream_connect"
    case cache
    /// Envoy's letters.
    case flags
    case details
    /// Attempts in all, the first included.
    case attempts
    /// Attempts after the first.
    case retries
    /// HAProxy's letters.
    case termination
    case error
    case grpcStatus = "grpc_status"
    case contentType = "content_type"
}

/// What a site says about alerts: which built-in rules speak and how loudly, rules of its own, how messages are put
/// together, and when nobody wants any. A value; times are nanoseconds.
package struct AlertRules: Hashable, Sendable {
    package var builtIn: [BuiltInAlert: BuiltInSetting] = [:]
    /// How much of the traffic has to be a real success; the first that matches.
    package var objectives: [SuccessObjective] = []
    package var own: [AlertRule] = []
    package var grouping = AlertGrouping()
    package var silences: [PlannedSilence] = []
    /// What still fires is told again so often.
    package var repeatNanoseconds: UInt64 = 4 * 3_600_000_000_000
    /// A pattern that nobody has seen for so long is over.
    package var quietNanoseconds: UInt64 = 10 * 60_000_000_000

    package init() {}

    package subscript(_ rule: BuiltInAlert) -> BuiltInSetting { builtIn[rule] ?? rule.usual }

    /// The share of failures that is allowed, such as 0.001.
    package func allowance(service: String, route: String) -> Double {
        let objective = objectives.first { $0.matches(service: service, route: route) }
        return 1 - (objective?.target ?? SuccessObjective.targetDefault)
    }
}

/// How loud an alert is.
package enum AlertSeverity: String, Sendable, CaseIterable {
    case page
    case ticket
    case info
}

/// The rules that need no configuration.
package enum BuiltInAlert: String, Sendable, CaseIterable {
    case newPattern = "new_pattern"
    case newDegradedPattern = "new_degraded_pattern"
    case patternRate = "pattern_rate"
    case burnFast = "burn_1h"
    case burnSlow = "burn_6h"
    case burnLong = "burn_3d"
    case degradedBurn = "degraded_burn"
    case vanishedHop = "vanished_hop"
    case coverageLost = "coverage_lost"
    case silentRoute = "silent_route"
}

package struct BuiltInSetting: Hashable, Sendable {
    package var isOn = true
    package var severity: AlertSeverity
    /// Traces: fewer are no reason to speak. For a silent route traces a minute.
    package var atLeast: Int64
    /// How many times the usual rate, or the allowed rate of failures.
    package var times: Double
    /// A share from 0 to 1.
    package var share: Double
    /// A pattern counts as new again after so long; a route is silent after so long.
    package var after: UInt64

    package init(
        _ severity: AlertSeverity, atLeast: Int64 = 1, times: Double = 1, share: Double = 0, after: UInt64 = 0
    ) {
        self.severity = severity
        self.atLeast = atLeast
        self.times = times
        self.share = share
        self.after = after
    }
}

extension BuiltInAlert {
    private static let minute: UInt64 = 60_000_000_000
    private static let day: UInt64 = 1_440 * minute

    package var usual: BuiltInSetting {
        switch self {
        case .newPattern: BuiltInSetting(.page, after: 7 * Self.day)
        case .newDegradedPattern: BuiltInSetting(.ticket, after: 7 * Self.day)
        case .patternRate: BuiltInSetting(.page, atLeast: 20, times: 3)
        case .burnFast: BuiltInSetting(.page, atLeast: 10, times: 14.4)
        case .burnSlow: BuiltInSetting(.page, atLeast: 10, times: 6)
        case .burnLong: BuiltInSetting(.ticket, atLeast: 20, times: 1)
        case .degradedBurn: BuiltInSetting(.ticket, atLeast: 20, times: 6)
        case .vanishedHop: BuiltInSetting(.ticket, atLeast: 3)
        case .coverageLost: BuiltInSetting(.ticket, atLeast: 100, share: 0.05)
        case .silentRoute: BuiltInSetting(.ticket, atLeast: 5, after: 5 * Self.minute)
        }
    }

    /// What a file may say of it beside its severity.
    var keys: [String] {
        switch self {
        case .newPattern, .newDegradedPattern: ["unseen_for"]
        case .patternRate, .burnFast, .burnSlow, .burnLong, .degradedBurn: ["times", "at_least"]
        case .vanishedHop: ["at_least"]
        case .coverageLost: ["share", "at_least"]
        case .silentRoute: ["after", "at_least"]
        }
    }

    /// The two windows of a burn rule; nil for the others.
    package var windows: (long: UInt64, short: UInt64)? {
        switch self {
        case .burnFast: (60 * Self.minute, 5 * Self.minute)
        case .burnSlow, .degradedBurn: (360 * Self.minute, 30 * Self.minute)
        case .burnLong: (3 * Self.day, 360 * Self.minute)
        default: nil
        }
    }
}

package struct SuccessObjective: Hashable, Sendable {
    package static let targetDefault = 0.999

    /// The edge's service and route; empty for any.
    package var service: String
    package var route: String
    /// From 0 to 1.
    package var target: Double

    package init(service: String = "", route: String = "", target: Double) {
        self.service = service
        self.route = route
        self.target = target
    }

    func matches(service: String, route: String) -> Bool {
        (self.service.isEmpty || self.service == service) && (self.route.isEmpty || self.route == route)
    }
}

/// How alerts are put together in one message.
package struct AlertGrouping: Hashable, Sendable {
    /// Names of labels, and `rule` and `severity`.
    package var by: [String] = ["rule"]
    /// A group that keeps having news is told them at most so often.
    package var intervalNanoseconds: UInt64 = 30_000_000_000

    package init() {}
}

/// A time in which some alerts are told to nobody.
package struct PlannedSilence: Hashable, Sendable {
    package enum Time: Hashable, Sendable {
        /// Nanoseconds since 1970.
        case once(from: UInt64, to: UInt64)
        /// Nanoseconds of the day in UTC; `to` before `from` goes over midnight.
        case daily(from: UInt64, to: UInt64)
    }

    package var time: Time
    /// All of them; a value that ends in `*` matches its beginning.
    package var match: [LabelMatch]
    package var by: String
    package var why: String

    package init(time: Time, match: [LabelMatch], by: String = "", why: String = "") {
        self.time = time
        self.match = match
        self.by = by
        self.why = why
    }
}

package struct LabelMatch: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    package func matches(_ found: String?) -> Bool {
        guard let found else { return false }
        return value.hasSuffix("*") ? found.hasPrefix(value.dropLast()) : found == value
    }
}

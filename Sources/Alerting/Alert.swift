package import Findings
package import TraceModel

/// One thing that people should know, as long as it lasts: what a rule found about one pattern or one route.
/// A value; the engine is the only one that makes and changes it.
package struct Alert: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        /// The condition holds, but not yet for long enough.
        case pending
        case firing
        case resolved
    }

    package enum Severity: String, Sendable, CaseIterable {
        /// Somebody should get up.
        case page
        /// Somebody should look today.
        case ticket
        /// Worth knowing.
        case info
    }

    package struct Label: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The numbers behind the alert, as of its latest change.
    package struct Figures: Sendable, Hashable {
        /// Traces since it began, and what they weigh: how many users' requests that was.
        package var traces: Int64 = 0
        package var weight: Double = 0
        package var perMinute: Double = 0
        /// Of the edge route; nil where nothing was counted.
        package var apparentRate: Double?
        package var realRate: Double?

        package init() {}
    }

    /// The same from pending to resolved; another one when the condition comes back later.
    package var id: String
    package var rule: String
    package var severity: Severity
    package var state: State
    /// What identifies it for other systems: low cardinality, never a trace id. In the order to be shown.
    package var labels: [Label]
    package var summary: String
    package var description: String
    /// What a site's own rule adds for whoever reads the message, such as a runbook; never part of its identity.
    package var annotations: [Label] = []
    /// Where it is about one pattern.
    package var fingerprint: Fingerprint?
    package var names: PatternNames?
    package var confidence: Confidence?
    package var figures = Figures()
    /// The latest, newest first; three at most.
    package var traces: [TraceID] = []
    package var startedNanoseconds: UInt64
    package var updatedNanoseconds: UInt64
    /// Nil while it lasts.
    package var resolvedNanoseconds: UInt64?
    /// Why it ended: `quiet`, `recovered`, `rate_normal`, `silenced`, ...; empty while it lasts.
    package var resolvedReason = ""

    package init(
        id: String, rule: String, severity: Severity, state: State, labels: [Label], summary: String,
        description: String = "", startedNanoseconds: UInt64
    ) {
        self.id = id
        self.rule = rule
        self.severity = severity
        self.state = state
        self.labels = labels
        self.summary = summary
        self.description = description
        self.startedNanoseconds = startedNanoseconds
        updatedNanoseconds = startedNanoseconds
    }
}

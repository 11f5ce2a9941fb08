package import TraceModel

/// What was learned of one route, in words, as the database holds it between two processes.
package struct StoredProfile: Sendable, Hashable {
    package struct Name: Sendable, Hashable {
        package var service: String
        package var method: String
        package var template: String

        package init(service: String, method: String, template: String) {
            self.service = service
            self.method = method
            self.template = template
        }
    }

    package struct Step: Sendable, Hashable {
        package var service: String
        package var name: String
        package var route: String
        package var peer: String
        package var kind: SpanKind
        package var method: RequestMethod
        package var isTemplate: Bool
        /// The number of the step above.
        package var above: Int?
        package var seen: Float
        package var calls: Float
        /// How often each of the steps follows, in their order.
        package var followers: [Float]

        package init(
            service: String, name: String, route: String, peer: String, kind: SpanKind, method: RequestMethod,
            isTemplate: Bool, above: Int?, seen: Float, calls: Float, followers: [Float]
        ) {
            self.service = service
            self.name = name
            self.route = route
            self.peer = peer
            self.kind = kind
            self.method = method
            self.isTemplate = isTemplate
            self.above = above
            self.seen = seen
            self.calls = calls
            self.followers = followers
        }
    }

    /// How often one failure of the route happened, per 65,535 traces in each of the last periods.
    package struct Rate: Sendable, Hashable {
        package var kind: MaskKind?
        package var maskService: String
        package var maskOperation: String
        package var originService: String
        package var originOperation: String
        package var originClass: String
        package var past: [UInt16]
        package var now: UInt32

        package init(
            kind: MaskKind?, maskService: String, maskOperation: String, originService: String,
            originOperation: String, originClass: String, past: [UInt16], now: UInt32
        ) {
            self.kind = kind
            self.maskService = maskService
            self.maskOperation = maskOperation
            self.originService = originService
            self.originOperation = originOperation
            self.originClass = originClass
            self.past = past
            self.now = now
        }
    }

    package var name: Name
    package var version: UInt64
    package var learnedNanoseconds: UInt64
    package var traces: Float
    package var html: Float
    package var alone: Float
    package var durations: [Int: Float]
    package var sizes: [Int: Float]
    package var steps: [Step]
    package var rates: [Rate]
    package var ratedTraces: UInt32
    package var periodStartNanoseconds: UInt64
    package var periods: UInt8

    package init(
        name: Name, version: UInt64, learnedNanoseconds: UInt64, traces: Float, html: Float, alone: Float,
        durations: [Int: Float], sizes: [Int: Float], steps: [Step], rates: [Rate], ratedTraces: UInt32,
        periodStartNanoseconds: UInt64, periods: UInt8
    ) {
        self.name = name
        self.version = version
        self.learnedNanoseconds = learnedNanoseconds
        self.traces = traces
        self.html = html
        self.alone = alone
        self.durations = durations
        self.sizes = sizes
        self.steps = steps
        self.rates = rates
        self.ratedTraces = ratedTraces
        self.periodStartNanoseconds = periodStartNanoseconds
        self.periods = periods
    }
}

/// What one save writes of the profiles.
struct ProfileSave: Sendable {
    var changed: [StoredProfile]
    var forgotten: [StoredProfile.Name]
}

package import TraceModel

/// Everything that an operator can say about judging, as it was written: names are texts, order is the file's.
/// A value; the rooms that it concerns turn it into what they need.
package struct Rules: Hashable, Sendable {
    /// Services whose topmost SERVER spans answer an outside caller, wherever they stand.
    package var edgeServices: [String] = []
    /// Services that forward and do not think.
    package var gatewayServices: [String] = []
    /// Scopes whose status OK counts although they set it on everything.
    package var trustedScopes: [String] = []
    /// Scopes and services whose status OK means nothing.
    package var untrustedScopes: [String] = []
    package var expectedFailures: [ExpectedFailure] = []
    /// Services, peers, routes and names where "not found" is a failure.
    package var mustExist: [String] = []
    /// What an answer is not whole without.
    package var requiredDependencies: [String] = []
    /// Whose failure hurts nobody.
    package var bestEffortDependencies: [String] = []
    package var envelopeFields: [EnvelopeField] = []
    /// Path patterns, first match first.
    package var templates: [PathTemplate] = []
    package var objectives: [RouteObjective] = []
    package var sampling: [SamplingRule] = []
    package var fingerprints: [FingerprintRule] = []
    /// Gateways whose access logs are read.
    package var gateways: [GatewayRule] = []
    package var alerts = AlertRules()
    /// Where people's browsers find the page; empty where links make no sense.
    package var publicURL = ""
    package var exporters: [ExporterRule] = []

    package init() {}
}

/// A failure that is meant to happen.
package struct ExpectedFailure: Hashable, Sendable {
    /// The service where it happens, or the peer that is called; empty for any.
    package var service = ""
    package var route: RouteName?
    /// Any of these; empty for every answer.
    package var codes: [AnswerCode] = []
    /// Any of these; empty for every class.
    package var classes: [OriginClass] = []

    package init() {}
}

package enum AnswerCode: Hashable, Sendable {
    case http(UInt16)
    case grpc(GRPCCode)
}

/// A route as Unmask shows it: `GET /orders/{id}`, or the template alone for any method.
package struct RouteName: Hashable, Sendable {
    package var method: RequestMethod
    package var template: String

    package init(method: RequestMethod = .none, template: String) {
        self.method = method
        self.template = template
    }

    package init(text: String) {
        let words = text.split(separator: " ", maxSplits: 1)
        let named = words.first.map { RequestMethod(name: $0) } ?? .none
        if words.count == 2, named != .none, named != .other {
            self.init(method: named, template: String(words[1]))
        } else {
            self.init(template: text)
        }
    }
}

/// An attribute, or a field of a captured answer, that says failure by its value.
package struct EnvelopeField: Hashable, Sendable {
    package var name: String
    package var failures: [String]

    package init(name: String, failures: [String]) {
        self.name = name
        self.failures = failures
    }
}

/// `/orders/{id}/items/{}`: each part in braces stands for one segment of a path.
package struct PathTemplate: Hashable, Sendable {
    package var text: String

    package init(_ text: String) {
        self.text = text
    }

    /// The texts of its segments; nil for one that may be anything.
    package var segments: [String?] {
        text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { segment in
            segment.hasPrefix("{") && segment.hasSuffix("}") && segment.count >= 2 ? nil : String(segment)
        }
    }
}

package struct RouteObjective: Hashable, Sendable {
    /// The edge's service; empty for any.
    package var service: String
    package var route: RouteName
    /// A longer answer is slow.
    package var withinNanoseconds: UInt64

    package init(service: String = "", route: RouteName, withinNanoseconds: UInt64) {
        self.service = service
        self.route = route
        self.withinNanoseconds = withinNanoseconds
    }
}

/// How many real traces one recorded trace of these edges stands for.
package struct SamplingRule: Hashable, Sendable {
    package var service: String
    package var route: RouteName?
    package var multiplier: Double

    package init(service: String = "", route: RouteName? = nil, multiplier: Double) {
        self.service = service
        self.route = route
        self.multiplier = multiplier
    }
}

/// Patterns that match all of this are one pattern with this name.
package struct FingerprintRule: Hashable, Sendable {
    package enum Part: String, Sendable, CaseIterable {
        case edgeService = "edge_service"
        case edgeRoute = "edge_route"
        case maskService = "mask_service"
        case maskOperation = "mask_operation"
        case kind
        case originService = "origin_service"
        case originOperation = "origin_operation"
        case originClass = "origin_class"
    }

    package var name: String
    package var parts: [Part: String]

    package init(name: String, parts: [Part: String]) {
        self.name = name
        self.parts = parts
    }
}

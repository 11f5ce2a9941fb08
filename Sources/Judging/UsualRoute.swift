import Symbols
import TraceModel
import Verdicts

/// What is usual for a route, in words.
package struct UsualRoute: Sendable {
    package struct Step: Sendable {
        package let service: String
        package let name: String
        /// Of the route's traces.
        package let share: Double
    }

    /// How many lessons are left of what was learned.
    package let traces: Double
    package let durationNanoseconds: UInt64?
    /// The most usual first.
    package let steps: [Step]
}

extension RouteProfiles {
    /// Nil where nothing was learned; `route` as findings write it.
    package func usual(service: String, route: String) -> UsualRoute? {
        guard let profile = profile(service: service, route: route) else { return nil }
        let steps = profile.usualSteps.map { step in
            UsualRoute.Step(service: symbols.string(step.hop.service), name: words(step.hop), share: step.share)
        }
        return UsualRoute(
            traces: Double(profile.lessonsLeft), durationNanoseconds: profile.usualNanoseconds,
            steps: steps.sorted { ($1.share, $0.service, $0.name) < ($0.share, $1.service, $1.name) })
    }

    /// What the step does; its kind keeps a call and its answer apart.
    private func words(_ hop: Hop) -> String {
        let name = symbols.string(hop.route.isEmpty ? hop.name : hop.route)
        return hop.route.isEmpty || hop.method == .none ? name : "\(hop.method.name) \(name)"
    }

    private func profile(service: String, route: String) -> RouteProfile? {
        let words = route.split(separator: " ", maxSplits: 1).map(String.init)
        let method = words.first.map { RequestMethod(name: $0) } ?? .none
        let isNamed = words.count == 2 && method != .none && method != .other
        guard let service = symbols.known(service), let template = symbols.known(isNamed ? words[1] : route) else {
            return nil
        }
        return peek(
            ProfileKey(service: service, route: EdgeRoute(method: isNamed ? method : .none, template: template)))
    }
}

package import TraceModel

/// One route of one edge service: what a profile is kept for.
package struct ProfileKey: Hashable, Sendable {
    package var service: Symbol
    package var route: EdgeRoute

    package init(service: Symbol, route: EdgeRoute) {
        self.service = service
        self.route = route
    }

    /// Names that did not fit the symbol table are many routes in one: nothing is usual for them.
    package var isOverflow: Bool { service == .overflow || route.template == .overflow }
}

/// Where the engine finds the profile of an edge; nil where there is none, or none that may speak yet.
package typealias ProfileSource = (ProfileKey) -> RouteProfile?

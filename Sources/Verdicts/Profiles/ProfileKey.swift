package import TraceModel

/// One route of one edge service: what a profile is kept for.
package struct ProfileKey: Hashable, Sendable {
    package var service: Symbol
    package var route: EdgeRoute
    /// A gateway answered by itself: its path stands where it borrows a template else. Tells where to look, and is no
    /// part of what the key names.
    package var lacksTemplate = false

    package init(service: Symbol, route: EdgeRoute) {
        self.service = service
        self.route = route
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.service == right.service && left.route == right.route
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(service)
        hasher.combine(route)
    }

    /// Names that did not fit the symbol table are many routes in one: nothing is usual for them.
    package var isOverflow: Bool { service == .overflow || route.template == .overflow }
}

/// Where the engine finds the profile of an edge; nil where there is none, or none that may speak yet.
package typealias ProfileSource = (ProfileKey) -> RouteProfile?

/// Routes that may be names of one path: those of one service and method.
package struct RouteFamily: Hashable, Sendable {
    private let service: Symbol
    private let method: RequestMethod

    package init(_ key: ProfileKey) {
        service = key.service
        method = key.route.method
    }

    /// Routes that are compared with a path at most.
    package static let comparedMax = 256
    /// What a place in a family weighs, its part of the table included.
    static let placeBytes = 48
}

package import TraceModel

/// Tells whether two routes may be names of one path: a caller knows the path that it asked for, `/items/{}`, and who
/// answered knows its template, `/items/<id>`. Judgement never looks at a string itself, so whoever knows the names
/// lends this; all such loans mean the same.
package struct RouteShapes: Sendable, Hashable {
    package let areAlike: @Sendable (Symbol, Symbol) -> Bool

    package init(_ areAlike: @escaping @Sendable (Symbol, Symbol) -> Bool) {
        self.areAlike = areAlike
    }

    /// Where nobody knows the names.
    package static let exact = RouteShapes { $0 == $1 }

    package static func == (left: Self, right: Self) -> Bool { true }
    package func hash(into hasher: inout Hasher) {}
}

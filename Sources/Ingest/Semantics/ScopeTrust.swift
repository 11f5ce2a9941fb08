package import TraceModel

/// Learns which scopes set OK on everything, and takes their word from them: among enough spans of a service and
/// scope, more than 99 in 100 say OK.
package struct ScopeTrust: Sendable {
    private struct Scope: Hashable {
        var service: String
        var name: String
    }

    private struct Count {
        var spans = 0
        var ok = 0
    }

    private static let spansMin = 50
    private static let scopesMax = 10_000
    private var counts: [Scope: Count] = [:]

    private let trusted: Set<String>

    /// What `trusted` scopes say is never doubted.
    package init(trusted: Set<String> = []) {
        self.trusted = trusted
    }

    package mutating func learn(_ span: SpanDetail) {
        let scope = Self.scope(of: span)
        guard counts.count < Self.scopesMax || counts[scope] != nil else { return }
        counts[scope, default: Count()].spans += 1
        if span.status == .ok { counts[scope, default: Count()].ok += 1 }
    }

    package func apply(to span: inout SpanDetail) {
        let scope = Self.scope(of: span)
        guard span.evidence.contains(.trustedOK), !trusted.contains(scope.name), let count = counts[scope] else {
            return
        }
        if count.spans >= Self.spansMin, count.ok * 100 > count.spans * 99 { span.evidence.remove(.trustedOK) }
    }

    private static func scope(of span: SpanDetail) -> Scope {
        let name = span.attributes.first { $0.key == OTLPWords.scopeName || $0.key == "otel.library.name" }
        return Scope(service: span.resource.qualifiedName, name: name?.value.text ?? "")
    }
}

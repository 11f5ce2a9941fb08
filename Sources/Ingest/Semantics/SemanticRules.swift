package import Configuration

/// What an operator may add to the way attributes are read.
package struct SemanticRules: Sendable, Hashable {
    /// Attributes that hold an answer's body.
    package var bodyKeys: [String]
    /// A body stays among the span's attributes only where somebody asked for that: it may hold anything.
    package var keepsBodies: Bool
    /// A longer body is not looked into.
    package var bodyBytesMax: Int
    /// Attributes that mean a business failure when they have one of these values.
    package var failureValues: [String: Set<String>]
    /// Scopes and services whose status OK means nothing, since they set it on everything.
    package var untrustedScopes: Set<String>
    /// Scopes whose status OK counts, on however many spans they set it.
    package var trustedScopes: Set<String>

    package init(
        bodyKeys: [String] = SemanticRules.usualBodyKeys, keepsBodies: Bool = false, bodyBytesMax: Int = 64 << 10,
        failureValues: [String: Set<String>] = [:], untrustedScopes: Set<String> = ["envoy", "istio", "nginx", "kong"],
        trustedScopes: Set<String> = []
    ) {
        self.bodyKeys = bodyKeys
        self.keepsBodies = keepsBodies
        self.bodyBytesMax = bodyBytesMax
        self.failureValues = failureValues
        self.untrustedScopes = untrustedScopes
        self.trustedScopes = trustedScopes
    }

    package static let usualBodyKeys = [
        "http.response.body", "http.response.body.text", "http.response.body.content", "http.response_body",
        "response.body", "rpc.response.body", "graphql.response", "rpc.response.payload",
    ]
}

extension SemanticRules {
    package init(_ rules: Rules) {
        self.init()
        failureValues = Dictionary(
            rules.envelopeFields.map { ($0.name, Set($0.failures)) }, uniquingKeysWith: { $0.union($1) })
        if !rules.untrustedScopes.isEmpty { untrustedScopes = Set(rules.untrustedScopes) }
        trustedScopes = Set(rules.trustedScopes)
        untrustedScopes.subtract(trustedScopes)
    }
}

import TraceModel

/// The name of each mark in JSON, and what a person reads after the name of the span that bears it.
enum EvidenceWords {
    static let all: [(mark: Evidence, name: String, phrase: String)] = [
        (.exceptionEvent, "exceptionEvent", "recorded an exception"),
        (.errorLog, "errorLog", "wrote an error log"),
        (.errorType, "errorType", "names an error type"),
        (.errorTag, "errorTag", "is tagged as an error"),
        (.businessFailure, "businessFailure", "answered with a body that says failure"),
        (.graphqlErrors, "graphqlErrors", "answered with GraphQL errors"),
        (.graphqlData, "graphqlData", "answered with partial GraphQL data"),
        (.jsonRPCError, "jsonRpcError", "answered with a JSON-RPC error"),
        (.jsonRPCRefused, "jsonRpcRefused", "answered with a JSON-RPC error that blames the caller"),
        (.problemJSON, "problemJson", "answered with a problem document"),
        (.htmlBody, "htmlBody", "answered with an HTML page"),
        (.staleAnswer, "staleAnswer", "served a stale answer"),
        (.fallback, "fallback", "says that it is a fallback"),
        (.circuitOpen, "circuitOpen", "met an open circuit breaker"),
        (.defaultValue, "defaultValue", "used a default value"),
        (.partialDeclared, "partialDeclared", "declared its answer as partial"),
        (.timedOut, "timedOut", "speaks of a timeout"),
        (.connectFailed, "connectFailed", "speaks of a connection that failed"),
        (.tlsFailed, "tlsFailed", "speaks of a TLS failure"),
        (.cancelled, "cancelled", "speaks of a cancellation"),
        (.synthetic, "synthetic", "is synthetic traffic"),
        (.conditional, "conditional", "asked under a condition"),
        (.rangeRequest, "rangeRequest", "asked for a range"),
        (.database, "database", "is a database call"),
        (.messaging, "messaging", "is about a message"),
        (.deadLetter, "deadLetter", "sent the message to a dead letter queue"),
        (.gateway, "gateway", "is a gateway"),
        (.remoteParent, "remoteParent", "has its parent in another process"),
        (.trustedOK, "trustedOk", "has status OK from a trusted source"),
        (.cacheOrObjectStore, "cacheOrObjectStore", "asked a cache or an object store"),
        (.noResponse, "noResponse", "got no response"),
    ]

    static func names(_ evidence: Evidence) -> [String] {
        all.filter { evidence.contains($0.mark) }.map(\.name)
    }

    static func phrase(_ evidence: Evidence) -> String {
        let phrases = all.filter { evidence.contains($0.mark) }.map(\.phrase)
        return phrases.isEmpty ? "bears a mark that has no name" : phrases.joined(separator: " and ")
    }
}

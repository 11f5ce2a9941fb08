import Symbols
import TraceModel

/// What kind of error it was: `error.type`, exceptions, and the words of a message where a type says little.
enum ErrorTypes {
    private static let typeKeys = ["error.type", "error.kind", "exception.type"]

    static func read(_ reading: inout SpanReading) {
        let exceptions = reading.span.events.filter { $0.name == "exception" }
        if !exceptions.isEmpty { reading.mark(.exceptionEvent) }
        let isExplicit = reading.span.status == .error || reading.span.evidence.contains(.errorTag)
        if reading.span.errorType.isEmpty { reading.span.errorType = reading.attributes.text(typeKeys) ?? "" }
        for exception in exceptions {
            let details = AttributeIndex(exception.attributes)
            guard let type = details.text("exception.type") else { continue }
            // An exception that nobody calls an error stays weak evidence, whatever it is called.
            reading.mark(nature(type))
            if isExplicit, reading.span.errorType.isEmpty { reading.span.errorType = type }
            if isExplicit { reading.mark(messageNature(details.text("exception.message") ?? "")) }
        }
        if !reading.span.errorType.isEmpty { reading.mark(ErrorTypes.nature(reading.span.errorType).union(.errorType)) }
        if isExplicit { reading.mark(messageNature(reading.span.statusMessage)) }
        if isExplicit, isBreaker(reading.span.errorType + " " + reading.span.statusMessage) {
            reading.mark(.circuitOpen)
        }
    }

    static func nature(_ type: String) -> Evidence {
        var type = type
        return type.withUTF8 { ErrorWords.evidence($0) }.subtracting(.errorType)
    }

    /// Messages are prose: only phrases that can mean one thing count.
    static let phrases: [(String, Evidence)] = [
        ("timed out", .timedOut), ("deadline exceeded", .timedOut), ("read timeout", .timedOut),
        // How .NET words a timeout, which it calls a cancellation.
        ("configured httpclient.timeout", .timedOut),
        ("connection refused", .connectFailed), ("no route to host", .connectFailed),
        ("name or service not known", .connectFailed), ("temporary failure in name resolution", .connectFailed),
        ("failed to connect", .connectFailed), ("certificate verify failed", .tlsFailed), ("tls handshake", .tlsFailed),
        ("ssl handshake", .tlsFailed),
    ]

    private static func messageNature(_ message: String) -> Evidence {
        guard !message.isEmpty else { return [] }
        let lower = String(message.prefix(1024)).lowercased()
        return phrases.reduce(into: Evidence()) { marks, entry in
            if lower.utf8Range(of: entry.0) != nil { marks.insert(entry.1) }
        }
    }

    static let breakerWords = [
        "callnotpermitted", "brokencircuit", "circuitopen", "circuitbreakeropen", "circuitbreakererror",
        "circuit breaker is open", "circuit breaker open", "breaker open", "hystrixruntimeexception: short-circuited",
    ]

    private static func isBreaker(_ text: String) -> Bool {
        let lower = String(text.prefix(1024)).lowercased()
        return breakerWords.contains { lower.utf8Range(of: $0) != nil }
    }
}

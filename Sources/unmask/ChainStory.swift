import JSON
import TraceModel

/// One chain in one sentence: who answered what, although what had happened where.
struct ChainStory {
    private let chain: JSONValue
    private let verdict: JSONValue?
    private let spans: [String: JSONValue]

    init(_ chain: JSONValue, _ verdict: JSONValue?, _ spans: [String: JSONValue]) {
        self.chain = chain
        self.verdict = verdict
        self.spans = spans
    }

    var sentence: String {
        let kind = chain["kind"]?.string.map { " (\($0))" } ?? ""
        switch chain["disposition"]?.string {
        case "masked": return "Masked\(kind): \(answer) although \(trouble)\(attempts)."
        case "degraded" where chain["kind"]?.string == "slow": return "Degraded\(kind): \(answer), but late."
        case "degraded": return "Degraded\(kind): \(answer) although \(trouble)\(attempts)."
        case "suspect": return "Suspect\(kind): \(answer), and perhaps should not have, as \(trouble)\(attempts)."
        case "recovered": return "Recovered: \(trouble), and that was repaired\(attempts)."
        case "expected": return "Expected: \(trouble), and that was meant to happen."
        case "failed": return "Failed: \(edgeAnswer) because \(trouble)\(attempts)."
        default: return "\(trouble)."
        }
    }

    private var attempts: String {
        let count = chain["attempts"]?.int64 ?? 1
        return count > 1 ? " (\(count) attempts)" : ""
    }

    /// What the span said that turned failure into success.
    private var answer: String {
        guard let point = chain["maskPoint"], let place = TraceWords.place(point, "operation") else {
            return edgeAnswer
        }
        return "\(place) \(said(point) ?? "went on")"
    }

    private var edgeAnswer: String {
        guard let edge = verdict?["edge"], let place = TraceWords.place(edge, "route") else {
            return "whoever answered says success"
        }
        return "\(place) \(TraceWords.code(edge).map { "answered \($0)" } ?? "answered")"
    }

    private var trouble: String {
        guard let origin = chain["origin"], let place = TraceWords.place(origin, "operation") else {
            return "something failed"
        }
        let name = origin["class"]?.string ?? ""
        let code = origin["spanId"]?.string.flatMap { spans[$0] }.flatMap { TraceWords.code($0) }
        return "\(place) \(ClassWords.phrase(name, code: code))"
    }

    private func said(_ point: JSONValue) -> String? {
        point["spanId"]?.string.flatMap { spans[$0] }.flatMap { TraceWords.code($0) }.map { "answered \($0)" }
    }
}

/// What happened at a chain's origin, after the name of the place.
enum ClassWords {
    static func phrase(_ name: String, code: String?) -> String {
        guard let known = OriginClass(name: name) else { return "failed" }
        switch known {
        case .http5xx: return "failed with \(code ?? "a server error")"
        case .http4xx: return "refused with \(code ?? "a client error")"
        case .throttled: return "was throttled\(code.map { " (\($0))" } ?? "")"
        case .grpc(let status): return "failed with \(status.name)"
        case .timeout: return "timed out"
        case .timeoutLateSuccess: return "timed out, though what it had called succeeded later"
        case .connect: return "could not be reached"
        case .tls: return "failed in TLS"
        case .db: return "failed in the database"
        case .exception: return "raised an exception"
        case .business: return "said failure in its answer"
        case .message: return "failed to handle a message"
        case .notInstrumented: return "failed, seen from its caller alone"
        case .vanished: return "sent no span, though it usually does"
        case .injected: return "failed by an injected fault"
        case .unknown: return code.map { "answered \($0)" } ?? "failed"
        }
    }
}

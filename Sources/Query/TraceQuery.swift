import Findings
import HTTP
import JSON
import TraceModel

/// What a reader of the list of traces asked for, checked: every parameter is known, every value makes sense.
struct TraceQuery {
    static let limitDefault = 50
    static let limitMax = 1000

    var filter = FindingFilter()
    var limit = Self.limitDefault
    var cursor: FindingCursor?
    /// Clean traces are listed only where they are asked for.
    var wantsClean = false

    struct Mistake: Error {
        let detail: String
    }

    private static let names = [
        "verdict", "kind", "service", "route", "mask-service", "mask-operation", "origin-service", "origin-operation",
        "class", "fingerprint", "from", "to", "min-duration", "max-duration", "text", "limit", "cursor",
    ]

    init(_ request: HTTPRequest) throws(Mistake) {
        for item in request.query {
            guard Self.names.contains(item.name) else {
                let known = Self.names.joined(separator: ", ")
                throw Mistake(detail: "there is no parameter \(Self.shown(item.name)); there are \(known)")
            }
            if item.value.isEmpty { throw Mistake(detail: "\(item.name) has no value") }
            try read(item)
        }
    }

    private mutating func read(_ item: HTTPRequest.QueryItem) throws(Mistake) {
        let value = item.value
        switch item.name {
        case "verdict": try readVerdicts(value)
        case "kind": filter.kinds = (filter.kinds ?? []).union(try Self.list(item) { MaskKind(name: $0) })
        case "service": filter.edgeService = value
        case "route": filter.edgeRoute = value
        case "mask-service": filter.maskService = value
        case "mask-operation": filter.maskOperation = value
        case "origin-service": filter.originService = value
        case "origin-operation": filter.originOperation = value
        case "class": filter.originClass = value
        case "fingerprint": filter.fingerprint = try Self.one(item) { Fingerprint(hex: $0) }
        case "from": filter.fromNanoseconds = try Self.one(item) { UTCTime(text: $0)?.nanoseconds }
        case "to": filter.toNanoseconds = try Self.one(item) { UTCTime(text: $0)?.nanoseconds }
        case "min-duration": filter.durationMin = try Self.one(item) { UInt64($0) }
        case "max-duration": filter.durationMax = try Self.one(item) { UInt64($0) }
        case "text": filter.text = value
        case "limit": limit = try Self.one(item) { Int($0).flatMap { (1...Self.limitMax).contains($0) ? $0 : nil } }
        case "cursor": cursor = try Self.one(item) { FindingCursor(text: $0) }
        default: preconditionFailure("the names were checked before")
        }
    }

    private mutating func readVerdicts(_ value: String) throws(Mistake) {
        let item = HTTPRequest.QueryItem(name: "verdict", value: value)
        let verdicts = try Self.list(item) { VerdictKind(name: $0) }
        wantsClean = wantsClean || verdicts.contains(.clean)
        filter.verdicts = (filter.verdicts ?? []).union(verdicts)
    }

    private static func list<Value: Hashable>(
        _ item: HTTPRequest.QueryItem, _ parse: (Substring) -> Value?
    ) throws(Mistake) -> Set<Value> {
        var values: Set<Value> = []
        for part in item.value.split(separator: ",", omittingEmptySubsequences: false) {
            guard let value = parse(part) else { throw mistake(item.name, String(part)) }
            values.insert(value)
        }
        return values
    }

    private static func one<Value>(
        _ item: HTTPRequest.QueryItem, _ parse: (String) -> Value?
    ) throws(Mistake) -> Value {
        guard let value = parse(item.value) else { throw mistake(item.name, item.value) }
        return value
    }

    private static func mistake(_ name: String, _ value: String) -> Mistake {
        let hint =
            switch name {
            case "verdict": "one of \(VerdictKind.allCases.map(\.name).joined(separator: ", "))"
            case "kind": "one of \(MaskKind.allCases.map(\.name).joined(separator: ", "))"
            case "from", "to": "a time such as 2026-03-01T08:00:00Z"
            case "limit": "a number from 1 to \(limitMax)"
            case "min-duration", "max-duration": "a number of nanoseconds"
            case "cursor": "the nextCursor of an earlier answer"
            default: "32 hex digits"
            }
        return Mistake(detail: "\(name) must be \(hint), not \(shown(value))")
    }

    private static func shown(_ value: String) -> String { "\"\(value.prefix(80))\"" }
}

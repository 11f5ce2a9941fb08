import HTTP
import JSON
import TraceModel

/// What somebody asks of `/api/traces`, in Jaeger's parameters.
struct JaegerQuery {
    static let limitDefault = 100
    static let limitMax = 1_500
    static let lookbackDefault: UInt64 = 2 * 86_400 * 1_000_000_000

    struct Mistake: Error {
        let detail: String
    }

    var service = ""
    var operation = ""
    var tags: [(key: String, value: String)] = []
    var durationMin: UInt64?
    var durationMax: UInt64?
    var fromNanoseconds: UInt64
    var toNanoseconds: UInt64
    var limit = JaegerQuery.limitDefault
    var traceIDs: [TraceID] = []

    init(_ request: HTTPRequest, nowNanoseconds now: UInt64) throws(Mistake) {
        toNanoseconds = now
        fromNanoseconds = now - Self.lookbackDefault
        try readTimes(request)
        for item in request.query where !item.value.isEmpty { try read(item) }
        guard !service.isEmpty || !traceIDs.isEmpty else { throw Mistake(detail: "parameter 'service' is required") }
        try checkDurations()
    }

    /// The parameters of the third version of the API.
    init(versionThree request: HTTPRequest, nowNanoseconds now: UInt64) throws(Mistake) {
        toNanoseconds = now
        fromNanoseconds = now - Self.lookbackDefault
        for item in request.query where !item.value.isEmpty { try readVersionThree(item) }
        for name in ["start_time_min", "start_time_max"] where request.query("query.\(name)") == nil {
            throw Mistake(detail: "query.\(name) is required")
        }
        try checkDurations()
    }

    private func checkDurations() throws(Mistake) {
        if let low = durationMin, let high = durationMax, high < low {
            throw Mistake(detail: "'maxDuration' should be greater than 'minDuration'")
        }
    }

    private mutating func readTimes(_ request: HTTPRequest) throws(Mistake) {
        if let end = request.query("end") { toNanoseconds = try Self.microseconds("end", end) }
        if let start = request.query("start") {
            fromNanoseconds = try Self.microseconds("start", start)
            return
        }
        // The page says "custom" where it sends both ends.
        guard let text = request.query("lookback"), text != "custom" else {
            fromNanoseconds = toNanoseconds - min(toNanoseconds, Self.lookbackDefault)
            return
        }
        let lookback = try Self.duration("lookback", text)
        fromNanoseconds = toNanoseconds - min(toNanoseconds, lookback)
    }

    private mutating func read(_ item: HTTPRequest.QueryItem) throws(Mistake) {
        switch item.name {
        case "service": service = item.value
        case "operation": operation = item.value == "all" ? "" : item.value
        case "tag": tags.append(try Self.tag(item.value))
        case "tags": tags += try Self.tags(item.value)
        case "minDuration": durationMin = try Self.duration(item.name, item.value)
        case "maxDuration": durationMax = try Self.duration(item.name, item.value)
        case "limit": limit = try Self.limit(item)
        case "traceID":
            guard let id = TraceID(hex: item.value) else {
                throw Mistake(detail: "cannot parse traceID param: \(item.value.prefix(80)) is no trace id")
            }
            traceIDs.append(id)
        default: break
        }
    }

    private mutating func readVersionThree(_ item: HTTPRequest.QueryItem) throws(Mistake) {
        switch item.name {
        case "query.service_name": service = item.value
        case "query.operation_name": operation = item.value
        case "query.attributes": tags += try Self.tags(item.value)
        case "query.duration_min": durationMin = try Self.duration(item.name, item.value)
        case "query.duration_max": durationMax = try Self.duration(item.name, item.value)
        case "query.search_depth", "query.num_traces": limit = try Self.limit(item)
        case "query.start_time_min": fromNanoseconds = try Self.time(item)
        case "query.start_time_max": toNanoseconds = try Self.time(item)
        case "query.filter": throw Mistake(detail: "query.filter is not understood here")
        default: break
        }
    }

    private static func microseconds(_ name: String, _ text: String) throws(Mistake) -> UInt64 {
        guard let value = QueryTime.units(text, nanoseconds: 1_000) else {
            throw Mistake(detail: "unable to parse param '\(name)': \(text.prefix(80)) is no number of microseconds")
        }
        return value
    }

    private static func time(_ item: HTTPRequest.QueryItem) throws(Mistake) -> UInt64 {
        guard let value = QueryTime.rfc3339(item.value) else {
            throw Mistake(detail: "\(item.name) is no RFC 3339 time: \(item.value.prefix(80))")
        }
        return value
    }

    private static func duration(_ name: String, _ text: String) throws(Mistake) -> UInt64 {
        guard let value = GoDuration.nanoseconds(text) else {
            throw Mistake(detail: "unable to parse param '\(name)': invalid duration \(text.prefix(80))")
        }
        return UInt64(value)
    }

    private static func limit(_ item: HTTPRequest.QueryItem) throws(Mistake) -> Int {
        guard let value = Int(item.value), (1...limitMax).contains(value) else {
            throw Mistake(detail: "\(item.name) must be a number from 1 to \(limitMax)")
        }
        return value
    }

    private static func tag(_ text: String) throws(Mistake) -> (key: String, value: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw Mistake(detail: "malformed 'tag' parameter, expecting key:value, received: \(text.prefix(80))")
        }
        return (String(parts[0]), String(parts[1]))
    }

    private static func tags(_ text: String) throws(Mistake) -> [(key: String, value: String)] {
        guard let object = (try? JSONParser.parse(Array(text.utf8)))?.object else {
            throw Mistake(detail: "malformed 'tags' parameter, cannot unmarshal JSON: it is no object of texts")
        }
        var tags: [(key: String, value: String)] = []
        for member in object.members {
            guard let value = member.value.string else {
                throw Mistake(detail: "malformed 'tags' parameter, the value of \(member.key.prefix(80)) is no text")
            }
            tags.append((member.key, value))
        }
        return tags
    }
}

extension JaegerQuery {
    /// One span has to satisfy all of it, as in Jaeger.
    var question: TraceSearch.Question {
        var conditions: [Condition] = []
        if !service.isEmpty { conditions.append(Condition(field: .service, test: .value(.equal, .text(service)))) }
        if !operation.isEmpty { conditions.append(Condition(field: .name, test: .value(.equal, .text(operation)))) }
        if let low = durationMin {
            conditions.append(Condition(field: .duration, test: .value(.greaterOrEqual, .number(Double(low)))))
        }
        if let high = durationMax {
            conditions.append(Condition(field: .duration, test: .value(.lessOrEqual, .number(Double(high)))))
        }
        var predicate = Predicate.all(conditions)
        for tag in tags { predicate = .and(predicate, Self.predicate(tag.key, tag.value)) }
        return TraceSearch.Question(
            expression: .filter(predicate), fromNanoseconds: fromNanoseconds, toNanoseconds: toNanoseconds,
            limit: limit)
    }

    private static func predicate(_ key: String, _ value: String) -> Predicate {
        let attribute = Predicate.condition(Condition(field: .attribute(.any, key), test: .reads(value)))
        switch key {
        case "error" where value == "true":
            return .or(attribute, .condition(Condition(field: .status, test: .reads("error"))))
        case "span.kind": return .condition(Condition(field: .kind, test: .reads(value)))
        case "otel.status_code":
            return .condition(Condition(field: .status, test: .reads(value.lowercased())))
        default: return attribute
        }
    }
}

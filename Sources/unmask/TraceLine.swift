import JSON

/// What one span shows in the tree, made safe and short.
struct TraceLine {
    var id: String
    var parent: String?
    var kind: String
    var service: String
    var operation: String
    var startNanoseconds: UInt64
    var durationNanoseconds: UInt64
    /// Code and gateway flags; empty where there is neither.
    var code: String
    var isFailing: Bool

    private static let columnsMax = 100

    init(_ span: JSONValue, _ style: TextStyle) {
        let safe = { (text: String) in SafeText.escape(text, columnsMax: Self.columnsMax, style: style) }
        id = span["spanId"]?.string ?? ""
        parent = span["parentSpanId"]?.string
        kind = safe(span["kind"]?.string ?? "unspecified")
        service = safe(span["service"]?.string ?? "?")
        let route = span["route"]?.string.map { [span["method"]?.string, $0].compactMap { $0 }.joined(separator: " ") }
        operation = safe(route ?? span["name"]?.string ?? "?")
        startNanoseconds = span["startTime"]?.string.flatMap { UTCTime(text: $0) }?.nanoseconds ?? 0
        durationNanoseconds = span["duration"]?.uint64 ?? 0
        let isError = span["status"]?.string == "error"
        let flags = (span["proxyFlags"]?.array ?? []).compactMap(\.string)
        let answer = TraceWords.code(span)
        code = safe(([answer ?? (isError ? "ERROR" : nil)].compactMap { $0 } + flags).joined(separator: " "))
        isFailing = isError || (span["httpCode"]?.int64 ?? 0) >= 400 || (span["grpcCode"]?.string ?? "OK") != "OK"
    }
}

/// What stands beside the spans that the verdict speaks of.
struct TraceMarks {
    private var marks: [String: [String]] = [:]

    init(_ verdict: JSONValue?, _ style: TextStyle) {
        for chain in verdict?["chains"]?.array ?? [] {
            if let span = chain["maskPoint"]?["spanId"]?.string, let words = Self.words(chain) {
                add(span, style.pick("◀ ", "< ") + words)
            }
            guard let origin = chain["origin"], let span = origin["spanId"]?.string else { continue }
            let peer = origin["peer"]?.bool == true ? origin["service"]?.string.map { ", in \($0)" } : nil
            add(span, style.pick("✖ ", "x ") + "began here" + SafeText.escape(peer ?? "", columnsMax: 60, style: style))
        }
    }

    subscript(_ span: String) -> [String] { marks[span] ?? [] }

    private mutating func add(_ span: String, _ mark: String) {
        if marks[span]?.contains(mark) != true { marks[span, default: []].append(mark) }
    }

    private static func words(_ chain: JSONValue) -> String? {
        switch chain["disposition"]?.string {
        case "masked": "masked here"
        case "degraded": "softened here"
        case "suspect": "perhaps masked here"
        default: nil
        }
    }
}

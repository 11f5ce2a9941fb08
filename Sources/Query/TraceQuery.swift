import Findings
import HTTP
import TraceModel

/// What a reader of the list of traces asked for, checked: every parameter is known, every value makes sense.
struct TraceQuery {
    enum Cursor {
        case time(FindingCursor)
        case duration(DurationCursor)
    }

    /// An attribute that one of a trace's spans must bear.
    struct Attribute {
        let key: String
        let value: String
    }

    var filter: FindingFilter
    var limit: Int
    var order: FindingOrder
    var cursor: Cursor?
    /// All of them, not necessarily on one span.
    var attributes: [Attribute]
    /// Clean traces are listed only where they are asked for.
    var wantsClean: Bool

    private static let names =
        FindingParameters.names + ["attribute", "from", "to", "sort", "limit", "cursor"]

    init(_ request: HTTPRequest) throws(ParameterMistake) {
        let parameters = try RequestParameters(request, Self.names)
        filter = try FindingParameters.filter(parameters)
        filter.fromNanoseconds = try parameters.time("from")
        filter.toNanoseconds = try parameters.time("to")
        wantsClean = filter.verdicts?.contains(.clean) ?? false
        limit = try parameters.limit()
        let order = try parameters.choice("sort", FindingOrder.self) ?? .newest
        self.order = order
        cursor = try parameters.value("cursor", "\(ListAnswer.cursorHint) with the same sort") {
            Self.cursor($0, order)
        }
        attributes = []
        for text in parameters.texts("attribute") {
            guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else {
                throw RequestParameters.mistake("attribute", "a key, a colon and a value", text)
            }
            attributes.append(Attribute(key: String(text[..<colon]), value: String(text[text.index(after: colon)...])))
        }
    }

    private static func cursor(_ text: String, _ order: FindingOrder) -> Cursor? {
        switch order {
        case .newest, .oldest: FindingCursor(text: text).map { .time($0) }
        case .longest, .shortest: DurationCursor(text: text).map { .duration($0) }
        }
    }
}

extension TraceQuery.Cursor: CustomStringConvertible {
    var description: String {
        switch self {
        case .time(let cursor): cursor.description
        case .duration(let cursor): cursor.description
        }
    }
}

import TraceModel

/// What a condition may ask of a span or its trace.
enum Field: Hashable, Sendable {
    /// Looked up in the span, then in the resource, where no scope is given.
    case attribute(Scope, String)
    case name
    case status
    case statusMessage
    case kind
    case duration
    case spanID
    case parentID
    case traceID
    case traceDuration
    case rootName
    case rootService

    enum Scope: Hashable, Sendable {
        case any
        case span
        case resource
    }

    static let service = Field.attribute(.resource, "service.name")

    /// As TraceQL spells them; the first spelling is the one that is shown.
    static let intrinsics: [(name: String, field: Field)] = [
        ("name", .name), ("span:name", .name), ("status", .status), ("span:status", .status),
        ("statusMessage", .statusMessage), ("span:statusMessage", .statusMessage), ("kind", .kind),
        ("span:kind", .kind), ("duration", .duration), ("span:duration", .duration), ("span:id", .spanID),
        ("span:parentID", .parentID), ("trace:id", .traceID), ("traceDuration", .traceDuration),
        ("trace:duration", .traceDuration), ("rootName", .rootName), ("trace:rootName", .rootName),
        ("rootServiceName", .rootService), ("trace:rootService", .rootService),
    ]

    /// The spelling of answers.
    var label: String {
        switch self {
        case .attribute(.any, let key): key
        case .attribute(.span, let key): "span.\(key)"
        case .attribute(.resource, let key): "resource.\(key)"
        default: Self.intrinsics.first { $0.field == self }?.name ?? ""
        }
    }

    /// The key under which a found span shows the value.
    var key: String {
        if case .attribute(_, let key) = self { key } else { label }
    }
}

enum FieldValue: Hashable, Sendable {
    case text(String)
    /// Durations in nanoseconds.
    case number(Double)
    case flag(Bool)
    case status(SpanStatus)
    case kind(SpanKind)
    case list([FieldValue])
    case absent

    init(_ value: AttributeValue) {
        switch value {
        case .string(let text): self = .text(text)
        case .int(let number): self = .number(Double(number))
        case .double(let number): self = .number(number)
        case .bool(let flag): self = .flag(flag)
        case .list(let values): self = .list(values.map(FieldValue.init))
        }
    }

    /// As people and Jaeger's tags write it; nil for nothing.
    var text: String? {
        switch self {
        case .text(let text): text
        case .number(let number): Int64(exactly: number).map(String.init) ?? "\(number)"
        case .flag(let flag): flag ? "true" : "false"
        case .status(let status): status.description
        case .kind(let kind): kind.description
        case .list(let values): values.compactMap(\.text).joined(separator: ",")
        case .absent: nil
        }
    }
}

/// Something that can be asked for fields; nil means "not known here", which is not `absent`.
protocol FieldSource {
    func value(of field: Field) -> FieldValue?
}

import Findings
import HTTP
import TraceModel

/// What a reader of the list of patterns asked for, checked.
struct PatternQuery {
    enum Sort: String, CaseIterable {
        case count, rate, recent, new, share
    }

    private let verdicts: Set<VerdictKind>?
    private let kinds: Set<MaskKind>?
    private let service: String?
    private let route: String?
    private let maskService: String?
    private let originService: String?
    private let originClass: String?
    private let needle: TextNeedle?
    private let isChronic: Bool?
    private let firstSeenFrom: UInt64?
    private let lastSeenFrom: UInt64?
    private let lastSeenTo: UInt64?
    /// Nil for the order in which a person at three in the morning reads: masked first, the busiest of them first.
    let sort: Sort?
    let limit: Int
    let cursor: OrderCursor?

    private static let names = [
        "verdict", "kind", "service", "route", "mask-service", "origin-service", "class", "text", "new-since",
        "chronic", "from", "to", "sort", "limit", "cursor",
    ]

    init(_ request: HTTPRequest) throws(ParameterMistake) {
        let parameters = try RequestParameters(request, Self.names)
        let hidden: [VerdictKind] = [.masked, .degraded, .suspect]
        verdicts = try parameters.set("verdict", RequestParameters.oneOf(hidden.map(\.name))) { name in
            hidden.first { $0.name == name }
        }
        kinds = try parameters.kinds()
        service = parameters.text("service")
        route = parameters.text("route")
        maskService = parameters.text("mask-service")
        originService = parameters.text("origin-service")
        originClass = parameters.text("class")
        needle = parameters.text("text").map { TextNeedle($0) }
        isChronic = try parameters.flag("chronic")
        firstSeenFrom = try parameters.time("new-since")
        lastSeenFrom = try parameters.time("from")
        lastSeenTo = try parameters.time("to")
        sort = try parameters.choice("sort", Sort.self)
        limit = try parameters.limit()
        cursor = try parameters.value("cursor", ListAnswer.cursorHint) { OrderCursor(text: $0) }
    }

    func matches(_ pattern: PatternGlance) -> Bool {
        let names = pattern.names
        return Self.holds(verdicts) { $0.contains(pattern.verdict) }
            && Self.holds(kinds) { kinds in names.kind.map(kinds.contains) ?? false }
            && Self.holds(service) { names.edgeService == $0 } && Self.holds(route) { names.edgeRoute == $0 }
            && Self.holds(maskService) { names.maskService == $0 }
            && Self.holds(originService) { names.originName == $0 || names.originService == $0 }
            && Self.holds(originClass) { names.originClass == $0 }
            && Self.holds(isChronic) { pattern.isChronic == $0 }
            && Self.holds(firstSeenFrom) { pattern.firstSeenNanoseconds >= $0 }
            && Self.holds(lastSeenFrom) { pattern.lastSeenNanoseconds >= $0 }
            && Self.holds(lastSeenTo) { pattern.lastSeenNanoseconds < $0 }
            && Self.holds(needle) { $0.isFound(in: names) }
    }

    private static func holds<Wanted>(_ wanted: Wanted?, _ test: (Wanted) -> Bool) -> Bool {
        wanted.map(test) ?? true
    }
}

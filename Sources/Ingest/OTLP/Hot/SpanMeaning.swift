import Symbols
import TraceModel

/// What the semantics make of a span, but for its ids, times, link and weight: the same for all spans with one key.
struct SpanMeaning {
    var hop: HopID
    var evidence: Evidence
    var proxyFlags: ProxyFlags
    var errorType: Symbol
    var reason: Symbol
    var httpCode: UInt16
    var grpcPlusOne: UInt8
    var resends: UInt8
    var statusOutcomeKind: UInt8
    var answerSize: UInt8

    /// Of a span that the semantics have read.
    init(_ span: SpanDetail, service: Symbol, _ cache: inout SymbolCache) {
        let code = span.httpCode < 1000 ? span.httpCode : 0
        let type = cache.intern(span.errorType)
        let isReduced = !span.routeIsTemplate && !span.route.isEmpty
        hop = cache.intern(
            Hop(
                service: service, name: cache.intern(span.name),
                route: isReduced ? cache.intern(path: span.route) : cache.intern(span.route),
                peer: cache.intern(span.peer), kind: span.kind, method: span.method,
                traits: span.routeIsTemplate ? .template : []))
        evidence = span.evidence.subtracting(.hasExtra)
        if code == 207 || code == 206 && !evidence.contains(.rangeRequest) { evidence.insert(.partialDeclared) }
        proxyFlags = span.proxyFlags
        errorType = type
        reason = cache.intern(span.outcomeReason)
        if !span.errorType.isEmpty { evidence.formUnion(ErrorTypes.nature(span.errorType).union(.errorType)) }
        httpCode = code
        grpcPlusOne = span.grpcCode.map { $0.rawValue + 1 } ?? 0
        resends = UInt8(clamping: span.resends)
        var record = SpanRecord(spanID: .none, parentID: .none, startNanoseconds: 0)
        record.set(kind: span.kind, status: span.status, outcome: span.outcome)
        statusOutcomeKind = record.statusOutcomeKind
        answerSize = RecordScale.answerSize(span.answerBytes)
    }

    var hasExtra: Bool { errorType != .empty || reason != .empty }
}

/// The meanings of the kinds of span that a thread met lately, by key. Each key has two places; of two that meet there
/// a third pushes out the older one.
struct MeaningCache: ~Copyable {
    private struct Slot {
        var key: UInt64
        var meaning: SpanMeaning
    }

    private static let slotsCount = 1 << 14
    private let slots: UnsafeMutablePointer<Slot?>

    init() {
        slots = .allocate(capacity: Self.slotsCount)
        slots.initialize(repeating: nil, count: Self.slotsCount)
    }

    deinit {
        slots.deallocate()
    }

    @inline(__always)
    func find(_ key: UInt64) -> SpanMeaning? {
        let first = place(key)
        if let slot = slots[first], slot.key == key { return slot.meaning }
        if let slot = slots[first ^ 1], slot.key == key { return slot.meaning }
        return nil
    }

    func insert(_ key: UInt64, _ meaning: SpanMeaning) {
        let first = place(key)
        slots[first ^ 1] = slots[first]
        slots[first] = Slot(key: key, meaning: meaning)
    }

    @inline(__always)
    private func place(_ key: UInt64) -> Int { Int(truncatingIfNeeded: key >> 32) & (Self.slotsCount - 1) }
}

extension SymbolCache {
    func intern(_ text: String) -> Symbol {
        var text = text
        return text.withUTF8 { intern($0) }
    }

    func intern(path: String) -> Symbol {
        var path = path
        return path.withUTF8 { PathReducer.reduce($0).withUnsafeBufferPointer { intern($0) } }
    }
}

import Symbols
import TraceModel

/// Makes the row of one span: ids and times from its bytes, what it means from the cache, and from `SpanSemantics`
/// where the cache knows nothing of its kind.
final class OTLPSpanReader {
    private var cache: SymbolCache
    private let meanings = MeaningCache()
    private let keys: JudgedKeys
    private let text: PlainText
    private let semantics: SpanSemantics
    private let plain: OTLPProtobuf
    private let judged: UnsafeMutablePointer<OTLPSpanScan.Judged>

    init(symbols: SymbolTable, hops: HopTable, rules: SemanticRules, plain: OTLPProtobuf) {
        cache = SymbolCache(table: symbols, hopTable: hops)
        keys = JudgedKeys(rules: rules)
        text = PlainText(seed: Hash.seed)
        semantics = SpanSemantics(rules: rules)
        self.plain = plain
        judged = .allocate(capacity: OTLPSpanScan.judgedMax)
    }

    deinit {
        judged.deallocate()
    }

    /// Nil where the row is made; a reason where there can be none. What breaks the grammar is thrown: then the body is
    /// no body.
    @inline(__always)
    func read(
        _ part: OTLPBytes, _ group: OTLPGroup, into target: UnsafeMutablePointer<SpanRow>, row: UInt32,
        _ extras: inout [(row: UInt32, extra: SpanExtra)]
    ) throws(IngestError) -> SpanRefusal? {
        let scan = OTLPSpanScan(part, into: judged, keys: keys, text: text)
        if scan.isOdd { return try readOdd(part, group, into: target, row: row, &extras) }
        let key = OTLPSpanKey(scan, salt: group.salt, text: text)
        var meaning: SpanMeaning
        if let known = meanings.find(key.hash) {
            meaning = known
        } else {
            guard let span = try detail(part, group) else { return .tooComplex }
            meaning = SpanMeaning(span, service: group.service, &cache)
            meanings.insert(key.hash, meaning)
        }
        if let bytes = key.answerBytes { meaning.answerSize = RecordScale.answerSize(bytes) }
        var record = SpanRecord(spanID: scan.spanID, parentID: scan.parentID, startNanoseconds: scan.start)
        let duration = scan.end > scan.start ? scan.end - scan.start : 0
        Self.fill(&record, meaning, instance: group.instance, durationNanoseconds: duration)
        if scan.traceState.count > 0 { record.weight = Self.weight(scan.traceState) }
        if scan.hasLink || meaning.hasExtra {
            record.evidence.insert(.hasExtra)
            extras.append(
                (
                    row,
                    SpanExtra(
                        errorType: meaning.errorType, reason: meaning.reason, linkTraceID: scan.linkTraceID,
                        linkSpanID: scan.linkSpanID)
                ))
        }
        target.initialize(to: SpanRow(traceID: scan.traceID, record: record))
        return nil
    }

    @inline(__always)
    private static func fill(
        _ record: inout SpanRecord, _ meaning: SpanMeaning, instance: Symbol, durationNanoseconds: UInt64
    ) {
        record.set(durationNanoseconds: durationNanoseconds, httpCode: meaning.httpCode)
        record.statusOutcomeKind = meaning.statusOutcomeKind
        record.hop = meaning.hop
        record.instance = instance
        record.evidence = meaning.evidence
        record.proxyFlags = meaning.proxyFlags
        record.grpcPlusOne = meaning.grpcPlusOne
        record.resends = meaning.resends
        record.answerSize = meaning.answerSize
    }

    /// The span whole, as the semantics read it; nil where it is nested beyond measure.
    private func detail(_ part: OTLPBytes, _ group: OTLPGroup) throws(IngestError) -> SpanDetail? {
        do throws(IngestError) {
            var span = try plain.span(in: part.buffer, group.resource, scope: group.scope)
            semantics.read(&span)
            return span
        } catch {
            if error.code == .tooComplex { return nil }
            throw error
        }
    }

    private func readOdd(
        _ part: OTLPBytes, _ group: OTLPGroup, into target: UnsafeMutablePointer<SpanRow>, row: UInt32,
        _ extras: inout [(row: UInt32, extra: SpanExtra)]
    ) throws(IngestError) -> SpanRefusal? {
        let span: SpanDetail
        do throws(IngestError) {
            guard let known = try detail(part, group) else { return .tooComplex }
            span = known
        } catch {
            if error.code == .invalidField { return .invalidID }
            throw error
        }
        let meaning = SpanMeaning(span, service: group.service, &cache)
        var record = SpanRecord(
            spanID: span.spanID, parentID: span.parentID, startNanoseconds: span.startNanoseconds)
        Self.fill(
            &record, meaning, instance: group.instance, durationNanoseconds: span.durationNanoseconds)
        record.weight = RecordScale.weight(threshold: span.samplingThreshold)
        if !span.links.isEmpty || meaning.hasExtra {
            record.evidence.insert(.hasExtra)
            let link = span.links.first
            extras.append(
                (
                    row,
                    SpanExtra(
                        errorType: meaning.errorType, reason: meaning.reason,
                        linkTraceID: link?.traceID ?? TraceID(high: 0, low: 0), linkSpanID: link?.spanID ?? .none)
                ))
        }
        target.initialize(to: SpanRow(traceID: span.traceID, record: record))
        return nil
    }

    /// From `tracestate`'s `ot=th:`. Nearly all states are other people's, which no more than two letters tell.
    private static func weight(_ state: OTLPBytes) -> UInt16 {
        let bytes = state.bytes
        for position in 0..<max(bytes.count - 2, 0)
        where bytes[position] == UInt8(ascii: "o") && bytes[position + 1] == UInt8(ascii: "t")
            && bytes[position + 2] == UInt8(ascii: "=")
        {
            let text = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            return RecordScale.weight(threshold: TraceState.threshold(text))
        }
        return 0
    }
}

package import Symbols
import Synchronization
package import TraceModel
package import Wire

/// Turns the columns of a native batch into rows for the store. One for each reader thread; the batch it lends is
/// valid until the next call.
package final class NativeBatchReader {
    private var cache: SymbolCache
    private let rows: UnsafeMutableBufferPointer<SpanRow>
    private let zeros: UnsafePointer<UInt32>
    private let wideZeros: UnsafePointer<UInt64>
    /// Symbols of the strings that a judged column used so far. Attribute keys and values never become symbols: they
    /// would fill the table with what nobody compares.
    private var symbols: [Symbol?] = []
    /// What error types mean, by symbol; bounded by forgetting all.
    private var errors: [Symbol: Evidence] = [:]
    private static let errorsMax = 4096
    private var paths: [(symbol: Symbol, isTemplate: Bool)?] = []
    private let naming: PathNaming
    private var templates = PathTemplates()
    private var templatesVersion: UInt64 = 0
    private var stringBytes: [UnsafeBufferPointer<UInt8>] = []
    private var resources: [(service: Symbol, instance: Symbol)] = []
    private var extras: [(row: UInt32, extra: SpanExtra)] = []

    package init(symbols: SymbolTable, hops: HopTable, limits: FrameLimits) {
        cache = SymbolCache(table: symbols, hopTable: hops)
        naming = hops.paths
        rows = .allocate(capacity: limits.batchSpansMax)
        let zeros = UnsafeMutablePointer<UInt64>.allocate(capacity: limits.batchSpansMax)
        zeros.initialize(repeating: 0, count: limits.batchSpansMax)
        wideZeros = UnsafePointer(zeros)
        self.zeros = UnsafeRawPointer(zeros).assumingMemoryBound(to: UInt32.self)
    }

    deinit {
        rows.deallocate()
        wideZeros.deallocate()
    }

    /// Lends the rows of the batch to `body`.
    package func read<R>(
        _ columns: BatchColumns, payload: UnsafeRawBufferPointer, format: PayloadFormat,
        _ body: (borrowing SpanBatch) -> R
    ) -> R {
        takeStrings(columns)
        extras.removeAll(keepingCapacity: true)
        fillRows(columns)
        appendLinks(columns)
        return extras.withUnsafeBufferPointer { extras in
            body(
                SpanBatch(
                    rows: UnsafeMutableBufferPointer(rebasing: rows[..<columns.count]), extras: extras,
                    payload: payload, format: format))
        }
    }

    private func takeStrings(_ columns: BatchColumns) {
        let version = naming.version.load(ordering: .acquiring)
        if version != templatesVersion {
            templates = naming.current
            templatesVersion = version
        }
        stringBytes.removeAll(keepingCapacity: true)
        columns.strings.forEach { stringBytes.append($0) }
        symbols.removeAll(keepingCapacity: true)
        symbols.append(contentsOf: repeatElement(nil, count: stringBytes.count))
        paths.removeAll(keepingCapacity: true)
        paths.append(contentsOf: repeatElement(nil, count: stringBytes.count))
        resources.removeAll(keepingCapacity: true)
        for resource in columns.resources { resources.append(intern(resource)) }
    }

    private func intern(_ resource: BatchResource) -> (service: Symbol, instance: Symbol) {
        var name: [UInt8] = []
        for index in [resource.environment, resource.namespace, resource.service] where index != 0 {
            if !name.isEmpty { name.append(UInt8(ascii: "/")) }
            name += stringBytes[Int(index)]
        }
        let service = name.withUnsafeBufferPointer { cache.intern($0) }
        return (service, symbol(resource.instance))
    }

    @inline(__always)
    private func symbol(_ index: UInt32) -> Symbol {
        if let known = symbols[Int(index)] { return known }
        let symbol = cache.intern(stringBytes[Int(index)])
        symbols[Int(index)] = symbol
        return symbol
    }

    private func fillRows(_ columns: BatchColumns) {
        let parents = columns.parentIDs
        let durations = columns.durations ?? wideZeros
        let resource = columns.resource ?? zeros
        let kinds = columns.kind ?? zeros
        let status = columns.status ?? zeros
        let outcome = columns.outcome ?? zeros
        let httpCode = columns.httpCode ?? zeros
        let grpcCode = columns.grpcCode ?? zeros
        let evidence = columns.evidence ?? zeros
        let proxyFlags = columns.proxyFlags ?? zeros
        let resends = columns.resendCount ?? zeros
        let answerBytes = columns.answerBytes ?? wideZeros
        let thresholds = columns.samplingThreshold ?? wideZeros
        let errorType = columns.errorType ?? zeros
        let reason = columns.outcomeReason ?? zeros
        let base = rows.baseAddress!
        for row in 0..<columns.count {
            let target = base + row
            var record = SpanRecord(
                spanID: columns.spanID(row), parentID: parents.map { BatchColumns.spanID($0, row) } ?? .none,
                startNanoseconds: columns.starts[row])
            let kind = Self.kind(kinds[row])
            let code = UInt16(truncatingIfNeeded: httpCode[row] < 1000 ? httpCode[row] : 0)
            record.set(durationNanoseconds: durations[row], httpCode: code)
            record.set(kind: kind, status: Self.status(status[row]), outcome: Self.outcome(outcome[row]))
            record.grpcPlusOne = grpcCode[row] <= 17 ? UInt8(truncatingIfNeeded: grpcCode[row]) : 0
            record.resends = UInt8(clamping: resends[row])
            var marks = evidence[row] & ~Evidence.hasExtra.rawValue
            if code == 207 || code == 206 && marks & Evidence.rangeRequest.rawValue == 0 {
                marks |= Evidence.partialDeclared.rawValue
            }
            record.proxyFlags = ProxyFlags(rawValue: proxyFlags[row])
            if answerBytes[row] != 0 { record.answerSize = RecordScale.answerSize(answerBytes[row]) }
            if thresholds[row] != 0 { record.weight = RecordScale.weight(threshold: thresholds[row]) }
            record.hop = hop(columns, row: row, service: resources[Int(resource[row])].service, kind: kind)
            record.instance = resources[Int(resource[row])].instance
            if errorType[row] | reason[row] != 0 {
                marks |= errorEvidence(errorType[row]).rawValue | Evidence.hasExtra.rawValue
                extras.append(
                    (UInt32(row), SpanExtra(errorType: symbol(errorType[row]), reason: symbol(reason[row]))))
            }
            record.evidence = Evidence(rawValue: marks)
            record.row = UInt16(truncatingIfNeeded: row)
            target.initialize(to: SpanRow(traceID: columns.traceID(row), record: record))
        }
    }

    @inline(__always)
    private func hop(_ columns: BatchColumns, row: Int, service: Symbol, kind: SpanKind) -> HopID {
        let route = (columns.route ?? zeros)[row]
        let isTemplate = (columns.routeIsTemplate ?? zeros)[row] != 0
        let method = (columns.method ?? zeros)[row]
        let named = isTemplate || route == 0 ? (symbol: symbol(route), isTemplate: isTemplate) : namedPath(route)
        return cache.intern(
            Hop(
                service: service, name: symbol((columns.name ?? zeros)[row]), route: named.symbol,
                peer: symbol((columns.peer ?? zeros)[row]), kind: kind,
                method: RequestMethod(rawValue: UInt8(clamping: method)) ?? .other,
                traits: HopTraits(rawValue: named.isTemplate ? HopTraits.template.rawValue : 0)))
    }

    /// By the operator's template or reduced, once for each string of the batch.
    private func namedPath(_ index: UInt32) -> (symbol: Symbol, isTemplate: Bool) {
        if let known = paths[Int(index)] { return known }
        let path = stringBytes[Int(index)]
        let template = templates.template(of: path)
        let symbol = (template ?? PathReducer.reduce(path)).withUnsafeBufferPointer { cache.intern($0) }
        paths[Int(index)] = (symbol, template != nil)
        return (symbol, template != nil)
    }

    private func errorEvidence(_ index: UInt32) -> Evidence {
        if index == 0 { return [] }
        let symbol = symbol(index)
        if let known = errors[symbol] { return known }
        let evidence = ErrorWords.evidence(stringBytes[Int(index)])
        if errors.count >= Self.errorsMax { errors.removeAll() }
        errors[symbol] = evidence
        return evidence
    }

    /// The first link of a row goes into its extra. Both lists ascend, so one walk over them is enough.
    private func appendLinks(_ columns: BatchColumns) {
        guard let traces = columns.linkTraceIDs, let spans = columns.linkSpanIDs else { return }
        let filled = extras.count
        var next = 0
        var last: UInt32?
        for (position, row) in columns.linkRows.enumerated() where row != last {
            last = row
            let traceID = BatchColumns.traceID(traces, position)
            let spanID = BatchColumns.spanID(spans, position)
            rows[Int(row)].record.evidence.insert(.hasExtra)
            while next < filled, extras[next].row < row { next += 1 }
            if next < filled, extras[next].row == row {
                extras[next].extra.linkTraceID = traceID
                extras[next].extra.linkSpanID = spanID
            } else {
                extras.append((row, SpanExtra(linkTraceID: traceID, linkSpanID: spanID)))
            }
        }
        if filled > 0, extras.count > filled { extras.sort { $0.row < $1.row } }
    }

    @inline(__always)
    private static func kind(_ raw: UInt32) -> SpanKind {
        SpanKind(rawValue: UInt8(truncatingIfNeeded: min(raw, 255))) ?? .unspecified
    }

    @inline(__always)
    private static func status(_ raw: UInt32) -> SpanStatus {
        SpanStatus(rawValue: UInt8(truncatingIfNeeded: min(raw, 255))) ?? .unset
    }

    @inline(__always)
    private static func outcome(_ raw: UInt32) -> DeclaredOutcome {
        DeclaredOutcome(rawValue: UInt8(truncatingIfNeeded: min(raw, 255))) ?? .none
    }
}

import TraceModel

/// The typed columns of a batch while it is collected.
struct EncodedColumns {
    private var traceIDs: [UInt8] = []
    private var spanIDs: [UInt8] = []
    private var parentIDs: [UInt8] = []
    private(set) var starts: [UInt64] = []
    private var durations: [UInt64] = []
    private var resource: [UInt32] = []
    private var name: [UInt32] = []
    private var kind: [UInt32] = []
    private var status: [UInt32] = []
    private var httpCode: [UInt32] = []
    private var grpcCode: [UInt32] = []
    private var method: [UInt32] = []
    private var route: [UInt32] = []
    private var routeIsTemplate: [UInt32] = []
    private var peer: [UInt32] = []
    private var outcome: [UInt32] = []
    private var outcomeReason: [UInt32] = []
    private var resendCount: [UInt32] = []
    private var evidence: [UInt32] = []
    private var proxyFlags: [UInt32] = []
    private var errorType: [UInt32] = []
    private var answerBytes: [UInt64] = []
    private var samplingThreshold: [UInt64] = []

    mutating func append(_ span: SpanDetail, resource index: UInt32, _ strings: inout StringTable) {
        traceIDs.appendBigEndian(span.traceID.high)
        traceIDs.appendBigEndian(span.traceID.low)
        spanIDs.appendBigEndian(span.spanID.raw)
        parentIDs.appendBigEndian(span.parentID.raw)
        starts.append(span.startNanoseconds)
        durations.append(span.durationNanoseconds)
        resource.append(index)
        name.append(strings.index(span.name))
        kind.append(UInt32(span.kind.rawValue))
        status.append(UInt32(span.status.rawValue))
        httpCode.append(UInt32(span.httpCode))
        grpcCode.append(span.grpcCode.map { UInt32($0.rawValue) + 1 } ?? 0)
        method.append(UInt32(span.method.rawValue))
        route.append(strings.index(span.route))
        routeIsTemplate.append(span.routeIsTemplate ? 1 : 0)
        peer.append(strings.index(span.peer))
        outcome.append(UInt32(span.outcome.rawValue))
        outcomeReason.append(strings.index(span.outcomeReason))
        resendCount.append(span.resends)
        evidence.append(span.evidence.rawValue)
        proxyFlags.append(span.proxyFlags.rawValue)
        errorType.append(strings.index(span.errorType))
        answerBytes.append(span.answerBytes)
        samplingThreshold.append(span.samplingThreshold)
    }

    /// As new, with the room that it had.
    mutating func removeAll() {
        traceIDs.removeAll(keepingCapacity: true)
        spanIDs.removeAll(keepingCapacity: true)
        parentIDs.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        durations.removeAll(keepingCapacity: true)
        resource.removeAll(keepingCapacity: true)
        name.removeAll(keepingCapacity: true)
        kind.removeAll(keepingCapacity: true)
        status.removeAll(keepingCapacity: true)
        httpCode.removeAll(keepingCapacity: true)
        grpcCode.removeAll(keepingCapacity: true)
        method.removeAll(keepingCapacity: true)
        route.removeAll(keepingCapacity: true)
        routeIsTemplate.removeAll(keepingCapacity: true)
        peer.removeAll(keepingCapacity: true)
        outcome.removeAll(keepingCapacity: true)
        outcomeReason.removeAll(keepingCapacity: true)
        resendCount.removeAll(keepingCapacity: true)
        evidence.removeAll(keepingCapacity: true)
        proxyFlags.removeAll(keepingCapacity: true)
        errorType.removeAll(keepingCapacity: true)
        answerBytes.removeAll(keepingCapacity: true)
        samplingThreshold.removeAll(keepingCapacity: true)
    }

    func write(to writer: inout ProtoWriter) {
        writer.block(5, traceIDs)
        writer.block(6, spanIDs)
        if parentIDs.contains(where: { $0 != 0 }) { writer.block(7, parentIDs) }
        writer.present(8, block: starts.withUnsafeBytes { [UInt8]($0) })
        writer.column(9, durations)
        let columns: [(UInt32, [UInt32])] = [
            (10, resource), (11, name), (12, kind), (13, status), (14, httpCode), (15, grpcCode), (16, method),
            (17, route), (18, routeIsTemplate), (19, peer), (20, outcome), (21, outcomeReason), (22, resendCount),
            (23, evidence), (24, proxyFlags), (25, errorType),
        ]
        for (field, column) in columns { writer.column(field, column) }
        writer.column(26, answerBytes)
        writer.column(27, samplingThreshold)
    }
}

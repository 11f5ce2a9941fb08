public import TraceModel

extension BatchColumns {
    /// One row with its strings, but without what is in the details column.
    func span(_ row: Int, _ resource: SpanResource, _ table: StringList) -> SpanDetail {
        var span = SpanDetail(
            traceID: traceID(row), spanID: spanID(row), parentID: parentIDs.map { Self.spanID($0, row) } ?? .none,
            startNanoseconds: starts[row], durationNanoseconds: durations?[row] ?? 0, resource: resource,
            name: table[name?[row] ?? 0],
            kind: SpanKind(rawValue: UInt8(clamping: kind?[row] ?? 0)) ?? .unspecified)
        span.status = SpanStatus(rawValue: UInt8(clamping: status?[row] ?? 0)) ?? .unset
        let code = httpCode?[row] ?? 0
        span.httpCode = code < 1000 ? UInt16(code) : 0
        let grpc = grpcCode?[row] ?? 0
        span.grpcCode = grpc == 0 ? nil : GRPCCode(rawValue: UInt8(clamping: grpc - 1))
        span.method = RequestMethod(rawValue: UInt8(clamping: method?[row] ?? 0)) ?? .other
        span.route = table[route?[row] ?? 0]
        span.routeIsTemplate = routeIsTemplate?[row] ?? 0 != 0
        span.peer = table[peer?[row] ?? 0]
        span.outcome = DeclaredOutcome(rawValue: UInt8(clamping: outcome?[row] ?? 0)) ?? .none
        span.outcomeReason = table[outcomeReason?[row] ?? 0]
        span.resends = resendCount?[row] ?? 0
        span.answerBytes = answerBytes?[row] ?? 0
        span.samplingThreshold = samplingThreshold?[row] ?? 0
        span.errorType = table[errorType?[row] ?? 0]
        span.evidence = Evidence(rawValue: evidence?[row] ?? 0)
        span.proxyFlags = ProxyFlags(rawValue: proxyFlags?[row] ?? 0)
        span.links = links(of: row)
        return span
    }

    /// Link rows ascend, so the row's own are found without a walk over all of them.
    private func links(of row: Int) -> [SpanLink] {
        guard let traces = linkTraceIDs, let spans = linkSpanIDs else { return [] }
        var low = 0
        var high = linkRows.count
        while low < high {
            let middle = (low + high) / 2
            if Int(linkRows[middle]) < row { low = middle + 1 } else { high = middle }
        }
        return linkRows[low...].prefix { Int($0) == row }.indices.map {
            SpanLink(traceID: Self.traceID(traces, $0), spanID: Self.spanID(spans, $0))
        }
    }
}

extension BatchColumns {
    @inlinable @inline(__always)
    public func traceID(_ row: Int) -> TraceID { Self.traceID(traceIDs, row) }

    @inlinable @inline(__always)
    public func spanID(_ row: Int) -> SpanID { Self.spanID(spanIDs, row) }

    @inlinable @inline(__always)
    public static func spanID(_ base: UnsafeRawPointer, _ row: Int) -> SpanID {
        SpanID(UInt64(bigEndian: base.loadUnaligned(fromByteOffset: row * 8, as: UInt64.self)))
    }

    @inlinable @inline(__always)
    public static func traceID(_ base: UnsafeRawPointer, _ row: Int) -> TraceID {
        TraceID(
            high: UInt64(bigEndian: base.loadUnaligned(fromByteOffset: row * 16, as: UInt64.self)),
            low: UInt64(bigEndian: base.loadUnaligned(fromByteOffset: row * 16 + 8, as: UInt64.self)))
    }
}

import SQLite
import TraceModel

/// Findings as rows of the table `findings`: columns, values and the way back, in one order.
enum FindingRow {
    static let columns = """
        trace_id, verdict, state, confidence, revision, edge_service, edge_route, edge_http_code, edge_grpc_code, \
        edge_answered_ok, edge_span, mask_kind, mask_service, mask_operation, mask_span, origin_service, \
        origin_operation, origin_class, origin_span, origin_is_peer, start_ns, duration_ns, span_count, decided_ns, \
        weight, left_out_of_rates, others, fingerprint, origin_trace
        """

    static let insert = """
        INSERT OR REPLACE INTO findings (\(columns)) \
        VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
        """

    static func values(of finding: Finding) -> [SQLValue] {
        let others = FindingCodec.encodeOthers(of: finding)
        return answer(of: finding) + [
            .text(finding.kind.map { Names.kinds[$0] }), .text(finding.maskService), .text(finding.maskOperation),
            .text(finding.maskSpan?.description), .text(finding.originService), .text(finding.originOperation),
            .text(finding.originClass), .text(finding.originSpan?.description), .flag(finding.originIsPeer),
            .unsigned(finding.startNanoseconds), .unsigned(finding.durationNanoseconds),
            .integer(Int64(finding.spanCount)), .unsigned(finding.decidedNanoseconds), .real(finding.weight),
            .flag(finding.leftOutOfRates), others.isEmpty ? .null : .blob(others),
            .text(finding.fingerprint?.hex), .text(finding.originTraceID?.description),
        ]
    }

    private static func answer(of finding: Finding) -> [SQLValue] {
        [
            .text(finding.traceID.description), .text(Names.verdicts[finding.verdict]),
            .text(Names.states[finding.state]),
            .text(Names.confidences[finding.confidence]), .integer(Int64(finding.revision)), .text(finding.edgeService),
            .text(finding.edgeRoute), .integer(Int64(finding.edgeHTTPCode)),
            .text(finding.edgeGRPCCode.map { Names.grpcCodes[$0] }),
            .flag(finding.edgeAnsweredOK), .text(finding.edgeSpan.description),
        ]
    }

    static func read(_ row: SQLRow) throws(SQLiteError) -> Finding {
        guard let traceID = TraceID(hex: row.text(0)) else { throw row.unreadable("trace id '\(row.text(0))'") }
        guard let verdict = Names.verdicts[named: row.text(1)] else { throw row.unreadable("verdict '\(row.text(1))'") }
        guard let state = Names.states[named: row.text(2)], let confidence = Names.confidences[named: row.text(3)]
        else {
            throw row.unreadable("state '\(row.text(2))' or confidence '\(row.text(3))'")
        }
        var finding = Finding(
            traceID: traceID, verdict: verdict, state: state, confidence: confidence,
            revision: UInt32(clamping: row.integer(4)), edgeService: row.text(5), edgeRoute: row.text(6),
            edgeHTTPCode: UInt16(clamping: row.integer(7)), edgeGRPCCode: Names.grpcCodes[named: row.text(8)],
            edgeAnsweredOK: row.flag(9), edgeSpan: SpanID(hex: row.text(10)) ?? .none,
            kind: Names.kinds[named: row.text(11)],
            maskService: row.text(12), maskOperation: row.text(13), maskSpan: SpanID(hex: row.text(14)),
            originService: row.text(15), originOperation: row.text(16), originClass: row.text(17),
            originSpan: SpanID(hex: row.text(18)), originIsPeer: row.flag(19), startNanoseconds: row.unsigned(20),
            durationNanoseconds: row.unsigned(21), spanCount: UInt32(clamping: row.integer(22)),
            decidedNanoseconds: row.unsigned(23), weight: row.real(24), leftOutOfRates: row.flag(25))
        guard row.isNull(26) || FindingCodec.decodeOthers(row.blob(26), into: &finding) else {
            throw row.unreadable("list of other edges and chains")
        }
        finding.originTraceID = row.isNull(28) ? nil : TraceID(hex: row.text(28))
        return finding
    }
}

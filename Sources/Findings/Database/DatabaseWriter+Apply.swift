import SQLite
import TraceModel

extension DatabaseWriter {
    /// Writes one job inside the current transaction.
    func apply(_ job: WriteJob) throws(SQLiteError) {
        switch job {
        case .verdict(let verdict): try write(verdict)
        case .keep(let kept): try write(kept)
        case .pin(let traceID):
            try connection.run(
                "UPDATE kept_traces SET slot = 'pinned' WHERE trace_id = ?", [.text(traceID.description)])
        case .rewrite(let traceID, let verdictJSON):
            try connection.run(
                "UPDATE kept_traces SET verdict_json = ? WHERE trace_id = ?",
                [.text(String(decoding: verdictJSON, as: UTF8.self)), .text(traceID.description)])
        case .ledgers(let save): try write(save)
        case .profiles(let save): try write(save)
        case .mark(let mark?, _): try connection.run(MarkRow.insert, MarkRow.values(of: mark))
        case .mark(nil, let fingerprint): try connection.run(MarkRow.delete, [.text(fingerprint.hex)])
        case .retire, .barrier: break
        }
    }

    private func write(_ verdict: WriteJob.Verdict) throws(SQLiteError) {
        let (before, after) = (verdict.change.before, verdict.change.after)
        try connection.run(FindingRow.insert, FindingRow.values(of: after))
        if let before, before.revision != after.revision { try write(verdict, from: before) }
        if verdict.change.movesCounters {
            try connection.run(
                "INSERT OR REPLACE INTO uncounted_changes VALUES (?,?,?)",
                [
                    .integer(verdict.number), before.map { .blob(FindingCodec.encode($0)) } ?? .null,
                    .blob(FindingCodec.encode(after)),
                ])
        }
        if let place = verdict.move {
            try connection.run(
                "UPDATE kept_traces SET fingerprint = ?, slot = ? WHERE trace_id = ?",
                [.text(place.fingerprint?.hex), .text(place.slot.rawValue), .text(after.traceID.description)])
        }
        try forget(verdict.losers)
    }

    /// A line of history, for answers that changed; that a trace settled is no news of this sort.
    private func write(_ verdict: WriteJob.Verdict, from before: Finding) throws(SQLiteError) {
        let after = verdict.change.after
        try connection.run(
            "INSERT OR REPLACE INTO revisions VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            [
                .integer(verdict.number), .text(after.traceID.description), .unsigned(verdict.changedNanoseconds),
                .text(verdict.author), .integer(Int64(after.revision)), .text(Names.verdicts[before.verdict]),
                .text(Names.verdicts[after.verdict]), .text(Names.states[before.state]),
                .text(Names.states[after.state]), .text(before.fingerprint?.hex), .text(after.fingerprint?.hex),
            ])
    }

    private func write(_ kept: WriteJob.Kept) throws(SQLiteError) {
        try connection.run(
            """
            INSERT OR REPLACE INTO kept_traces (trace_id, fingerprint, edge_service, edge_route, slot, decided_ns, \
            kept_ns, bytes, finding, verdict_json, spans) VALUES (?,?,?,?,?,?,?,?,?,?,?)
            """,
            [
                .text(kept.finding.traceID.description), .text(kept.place.fingerprint?.hex),
                .text(kept.finding.edgeService), .text(kept.finding.edgeRoute), .text(kept.place.slot.rawValue),
                .unsigned(kept.place.decidedNanoseconds), .unsigned(kept.keptNanoseconds),
                .integer(Int64(kept.spans.count + kept.verdictJSON.count)), .blob(FindingCodec.encode(kept.finding)),
                .text(String(decoding: kept.verdictJSON, as: UTF8.self)), .blob(kept.spans),
            ])
        try forget(kept.losers)
    }

    private func forget(_ traces: [TraceID]) throws(SQLiteError) {
        for traceID in traces {
            try connection.run("DELETE FROM kept_traces WHERE trace_id = ?", [.text(traceID.description)])
        }
    }
}

extension FindingsLog.Change {
    /// Whether any ledger counts otherwise after this than before.
    var movesCounters: Bool {
        guard let before else { return true }
        return RatedEdge.all(of: before) != RatedEdge.all(of: after)
            || Sighting.all(of: before) != Sighting.all(of: after)
    }
}

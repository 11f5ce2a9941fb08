import SQLite
import TraceModel

extension SQLiteConnection {
    /// The number of the last change that was ever written.
    func lastChange() throws(SQLiteError) -> Int64 {
        try integer(
            """
            SELECT max((SELECT coalesce(max(change), 0) FROM revisions), \
            (SELECT coalesce(max(change), 0) FROM uncounted_changes), \
            (SELECT coalesce(max(value), 0) FROM ledger_state WHERE name = 'counted_change'))
            """)
    }

    /// The index of what is kept, read from the index of the table: payloads stay where they are.
    func keepIndex(_ limits: DatabaseLimits) throws(SQLiteError) -> KeepIndex {
        var index = KeepIndex(limits: limits)
        let rows = try rows(
            """
            SELECT trace_id, fingerprint, slot, decided_ns, edge_service, edge_route FROM kept_traces \
            ORDER BY decided_ns
            """
        ) { row throws(SQLiteError) in
            guard let traceID = TraceID(hex: row.text(0)), let slot = KeepSlot(rawValue: row.text(2)) else {
                throw row.unreadable("kept trace '\(row.text(0))' in slot '\(row.text(2))'")
            }
            let route = slot == .clean ? RouteKey(service: row.text(4), route: row.text(5)) : nil
            let place = KeepIndex.Place(
                fingerprint: Fingerprint(hex: row.text(1)), route: route, slot: slot,
                decidedNanoseconds: row.unsigned(3))
            return (traceID, place)
        }
        for (traceID, place) in rows { _ = index.put(traceID, at: place) }
        return index
    }
}

/// Views for people at a `sqlite3` prompt: times spelled out, durations in milliseconds, the usual joins made.
enum SchemaViews {
    static let all = maskedTraces + patternSummary + routeRates + verdictHistory

    private static func time(_ column: String) -> String {
        """
        strftime('%Y-%m-%dT%H:%M:%S', \(column) / 1000000000, 'unixepoch')
            || printf('.%09dZ', \(column) % 1000000000)
        """
    }

    private static let maskedTraces = """
        CREATE VIEW masked_traces AS
        SELECT \(time("decided_ns")) AS decided_at, trace_id, edge_service, edge_route, edge_http_code AS told,
            mask_kind, mask_service, mask_operation, origin_service, origin_operation, origin_class, confidence,
            state, revision, duration_ns / 1e6 AS duration_ms, fingerprint
        FROM findings WHERE verdict = 'masked' ORDER BY decided_ns DESC;

        """

    private static let patternSummary = """
        CREATE VIEW pattern_summary AS
        SELECT CASE WHEN masked > 0 THEN 'masked' WHEN degraded > 0 THEN 'degraded' ELSE 'suspect' END AS verdict,
            masked + degraded + suspect AS traces, weight / 65536.0 AS weight, mask_kind, edge_service, edge_route,
            mask_service, mask_operation, CASE origin_is_peer WHEN 1 THEN 'peer:' ELSE '' END || origin_service
            AS origin_service, origin_operation, origin_class, \(time("first_seen_ns")) AS first_seen,
            \(time("last_seen_ns")) AS last_seen, fingerprint,
            (SELECT count(*) FROM kept_traces WHERE kept_traces.fingerprint = patterns.fingerprint) AS kept
        FROM patterns WHERE masked + degraded + suspect > 0 ORDER BY traces DESC;

        """

    private static let routeRates = """
        CREATE VIEW route_rates AS
        SELECT service, route, apparent, real, apparent - real AS gap, traces, masked, failed, degraded, suspect,
            recovered
        FROM (
            SELECT *, 1.0 * ok_weight / nullif(ok_weight + failed_weight, 0) AS apparent,
                1.0 * (ok_weight - masked_weight) / nullif(ok_weight + failed_weight + disguised_weight, 0) AS real,
                clean + expected + recovered + suspect + degraded + masked + failed + refused + aborted
                    + undetermined AS traces
            FROM routes
        ) WHERE traces > 0 ORDER BY gap DESC;

        """

    private static let verdictHistory = """
        CREATE VIEW verdict_history AS
        SELECT \(time("changed_ns")) AS changed_at, trace_id, revision, old_verdict,
            new_verdict, old_state, new_state, author
        FROM revisions ORDER BY change DESC;
        """
}

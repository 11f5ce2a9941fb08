/// What routes have taught, so that a restart need not learn it again. Numbers of steps are those of the profile at its
/// last save; weights are in traces, older ones counted by what is left of them.
enum SchemaProfiles {
    static let tables = """
        CREATE TABLE profiles (
            id INTEGER PRIMARY KEY, service TEXT NOT NULL, method TEXT NOT NULL, template TEXT NOT NULL,
            version INTEGER NOT NULL, learned_ns INTEGER NOT NULL, traces REAL NOT NULL, html REAL NOT NULL,
            alone REAL NOT NULL, durations TEXT NOT NULL, sizes TEXT NOT NULL, rated_traces INTEGER NOT NULL,
            period_start_ns INTEGER NOT NULL, periods INTEGER NOT NULL, UNIQUE (service, method, template)
        );
        CREATE INDEX profiles_by_time ON profiles (learned_ns);
        CREATE TABLE profile_steps (
            profile_id INTEGER NOT NULL, number INTEGER NOT NULL, service TEXT NOT NULL, name TEXT NOT NULL,
            route TEXT NOT NULL, peer TEXT NOT NULL, kind TEXT NOT NULL, method TEXT NOT NULL,
            is_template INTEGER NOT NULL, above INTEGER, seen REAL NOT NULL, calls REAL NOT NULL,
            followers TEXT NOT NULL, PRIMARY KEY (profile_id, number)
        ) WITHOUT ROWID;
        CREATE TABLE profile_failures (
            profile_id INTEGER NOT NULL, number INTEGER NOT NULL, mask_kind TEXT, mask_service TEXT NOT NULL,
            mask_operation TEXT NOT NULL, origin_service TEXT NOT NULL, origin_operation TEXT NOT NULL,
            origin_class TEXT NOT NULL, past TEXT NOT NULL, now INTEGER NOT NULL, PRIMARY KEY (profile_id, number)
        ) WITHOUT ROWID;
        CREATE VIEW usual_steps AS
        SELECT p.service AS edge_service, trim(p.method || ' ' || p.template) AS edge_route, s.kind, s.service,
            CASE s.route WHEN '' THEN s.name ELSE trim(s.method || ' ' || s.route) END AS operation, s.peer,
            round(100.0 * s.seen / nullif(p.traces, 0), 1) AS percent, round(p.traces) AS traces,
            round(s.calls / nullif(s.seen, 0), 2) AS calls_each
        FROM profiles p JOIN profile_steps s ON s.profile_id = p.id
        ORDER BY p.service, p.template, s.seen DESC;
        """
}

/// What people said of patterns, and what a pattern page shows beside counts.
enum SchemaFeedback {
    static let tables = """
        ALTER TABLE patterns ADD COLUMN chronic INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE patterns ADD COLUMN alias TEXT NOT NULL DEFAULT '';
        CREATE TABLE feedback (
            fingerprint TEXT NOT NULL PRIMARY KEY, mark TEXT NOT NULL, author TEXT NOT NULL, note TEXT NOT NULL,
            marked_ns INTEGER NOT NULL
        ) WITHOUT ROWID;
        """
}

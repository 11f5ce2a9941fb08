import SQLite
import Testing
import TraceModel

@testable import Findings

@Suite struct MigrationTests {
    @Test func emptyFileGetsTheWholeSchema() throws {
        let folder = try TemporaryFolder()
        try FindingsDatabase(path: folder.database).close()
        #expect(try Shell.sqlite(folder.database, "PRAGMA user_version;") == "\(Schema.steps.count)")
        #expect(try Shell.sqlite(folder.database, "PRAGMA application_id;") == "\(Schema.applicationID)")
        #expect(try Shell.sqlite(folder.database, "PRAGMA journal_mode;") == "wal")
        #expect(try Shell.sqlite(folder.database, "PRAGMA auto_vacuum;") == "2")
    }

    @Test func openingAgainChangesNothing() throws {
        let folder = try TemporaryFolder()
        try FindingsDatabase(path: folder.database).close()
        let first = try Shell.sqlite(folder.database, "SELECT sql FROM sqlite_schema ORDER BY name;")
        try FindingsDatabase(path: folder.database).close()
        #expect(try Shell.sqlite(folder.database, "SELECT sql FROM sqlite_schema ORDER BY name;") == first)
    }

    /// What a collector of the first version left behind.
    @Test func fileOfVersionOneKeepsItsFindings() throws {
        let folder = try TemporaryFolder()
        let old = """
            PRAGMA journal_mode = WAL; \(Schema.steps[0])
            PRAGMA user_version = 1; PRAGMA application_id = \(Schema.applicationID);
            INSERT INTO findings VALUES ('000000000000000000000000000a11ce', 'masked', 'final', 'strong', 1, 'gateway',
                'GET /orders/{id}', 200, NULL, 1, '0000000000000001', 'caught', 'orders', 'GET /orders/{id}',
                '0000000000000002', 'inventory', 'POST /reserve', 'http_5xx', NULL, 0, 5, 6, 7, 8, 1.0, NULL);
            INSERT INTO revisions VALUES (41, '000000000000000000000000000a11ce', 8, 'engine', 2, 'suspect', 'masked',
                'final',
                'revised', NULL, NULL);
            """
        _ = try Shell.sqlite(folder.database, old)
        let database = try FindingsDatabase(path: folder.database)
        defer { database.close() }
        let finding = try #require(try database.recentFindings().first)
        #expect(finding.originService == "inventory")
        #expect(!finding.leftOutOfRates)
        #expect(finding.otherEdges.isEmpty)
        #expect(try Shell.sqlite(folder.database, "PRAGMA user_version;") == "\(Schema.steps.count)")
        // Numbers of changes go on where the old file stopped.
        database.enqueue(FindingsLog.Change(before: nil, after: Sample.masked(1)))
        #expect(database.flush())
        #expect(try Shell.sqlite(folder.database, "SELECT max(change) FROM uncounted_changes;") == "42")
    }

    @Test func stepThatFailsLeavesTheOldVersion() throws {
        let folder = try TemporaryFolder()
        // The second step adds a column that is there already.
        _ = try Shell.sqlite(
            folder.database,
            """
            \(Schema.steps[0]) PRAGMA user_version = 1; PRAGMA application_id = \(Schema.applicationID);
            ALTER TABLE findings ADD COLUMN others BLOB;
            """)
        #expect(throws: SQLiteError.self) { try FindingsDatabase(path: folder.database) }
        #expect(try Shell.sqlite(folder.database, "PRAGMA user_version;") == "1")
        let columns = "SELECT count(*) FROM pragma_table_info('findings') WHERE name = 'left_out_of_rates';"
        #expect(try Shell.sqlite(folder.database, columns) == "0")
    }
}

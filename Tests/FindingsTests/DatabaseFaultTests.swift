import Findings
import Foundation
import SQLite
import Testing
import TraceModel

@Suite struct DatabaseFaultTests {
    private func code(opening path: String) -> SQLiteError.Code? {
        do {
            try FindingsDatabase(path: path).close()
            return nil
        } catch {
            #expect(error.path == path)
            #expect(!error.detail.isEmpty)
            return error.code
        }
    }

    @Test func folderThatIsNotThere() throws {
        let folder = try TemporaryFolder()
        #expect(code(opening: folder.path + "/missing/findings.db") == .cannotOpen)
        #expect(code(opening: folder.path) == .cannotOpen)
    }

    @Test func fileThatIsNoDatabase() throws {
        let folder = try TemporaryFolder()
        try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: folder.database))
        #expect(code(opening: folder.database) == .corrupt)
    }

    @Test func databaseOfAnotherProgram() throws {
        let folder = try TemporaryFolder()
        _ = try Shell.sqlite(folder.database, "CREATE TABLE songs (title TEXT);")
        #expect(code(opening: folder.database) == .foreign)
        #expect(try Shell.sqlite(folder.database, "SELECT count(*) FROM sqlite_schema;") == "1")
    }

    @Test func databaseOfALaterVersion() throws {
        let folder = try TemporaryFolder()
        try FindingsDatabase(path: folder.database).close()
        _ = try Shell.sqlite(folder.database, "PRAGMA user_version = 99;")
        #expect(code(opening: folder.database) == .newerSchema)
    }

    /// Root may write to every file, so a child that is nobody tries.
    @Test func fileThatCannotBeWritten() async throws {
        let folder = try TemporaryFolder()
        try FindingsDatabase(path: folder.database).close()
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: folder.database)
        await #expect(processExitsWith: .success) { [path = folder.database as String] in
            if geteuid() == 0 { try #require(setuid(65534) == 0) }
            let error = try #require(throws: SQLiteError.self) { try FindingsDatabase(path: path) }
            #expect(error.code == .readOnly)
        }
    }

    @Test func fileThatTurnsCorruptEndsWritingAndNothingElse() throws {
        let folder = try TemporaryFolder()
        var findings = FindingsLog.Change(before: nil, after: Sample.masked(0))
        let before = try FindingsDatabase(path: folder.database)
        for number in 1...400 {
            findings.after = Sample.masked(number)
            before.enqueue(findings)
        }
        before.close()
        // Every page but the first, which holds the schema, becomes rubbish.
        let size = try folder.size(of: "findings.db")
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.database))
        try handle.seek(toOffset: 16_384)
        handle.write(Data(repeating: 0x5A, count: size - 16_384))
        try handle.close()

        let database: FindingsDatabase
        do {
            database = try FindingsDatabase(path: folder.database)
        } catch {
            // Found at once, which is as good.
            #expect(error.code == .corrupt)
            return
        }
        defer { database.close() }
        for number in 1...400 {
            findings.after = Sample.recovered(number)
            database.enqueue(findings)
        }
        #expect(database.flush())
        #expect(database.health().lastError?.code == .corrupt)
        #expect(!database.health().isUsable)
        #expect((database.health().dropped[.databaseUnusable] ?? 0) > 0)
        #expect(database.keepDecision(for: Sample.masked(1)) == .skip(.databaseUnusable))
    }

    @Test func lockOfAnotherProgramDelaysAndLosesNothing() throws {
        let folder = try TemporaryFolder()
        let database = try FindingsDatabase(path: folder.database)
        defer { database.close() }
        let locker = Process()
        locker.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        locker.arguments = ["sqlite3", "-batch", folder.database]
        let (input, output) = (Pipe(), Pipe())
        locker.standardInput = input
        locker.standardOutput = output
        try locker.run()
        input.fileHandleForWriting.write(Data("BEGIN IMMEDIATE; SELECT 'locked';\n".utf8))
        #expect(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).contains("locked"))
        database.enqueue(FindingsLog.Change(before: nil, after: Sample.masked(1)))
        // The lock is held until the end of this, so it is only a matter of waiting.
        for _ in 0..<600 where database.health().lastError == nil {
            #expect(!database.flush(timeoutNanoseconds: 100_000_000))
        }
        #expect(database.health().lastError?.code == .busy)
        #expect(!database.health().isHealthy)
        #expect(database.health().queued >= 1)
        try input.fileHandleForWriting.close()
        locker.waitUntilExit()
        #expect(database.flush())
        #expect(try database.finding(of: Sample.id(1)) != nil)
        #expect(database.health().isHealthy)
        #expect(database.health().dropped.isEmpty)
    }
}

package import SQLite

/// Every bound of the database, by name.
package struct DatabaseLimits: Sendable {
    /// What waits to be written, in jobs and in bytes of kept traces.
    package var queueJobsMax = 10_000
    package var queueBytesMax = 64 << 20
    package var keptTraceBytesMax = 8 << 20
    /// Jobs that share one transaction: trace ids fall all over an index, so a page that two of them share is written
    /// once.
    package var transactionJobsMax = 1_000
    /// From one transaction to the next, where jobs keep coming: each writes the pages that it touched, so ten small
    /// ones write as much as ten large ones. The first job after a pause is written at once.
    package var gatherNanoseconds: UInt64 = 50_000_000

    package var firstKeptMax = 3
    package var latestKeptMax = 10
    /// A pattern whose places are full takes a new trace no more often than this, or a busy pattern would write
    /// thousands of traces a second to keep ten.
    package var latestSpacingNanoseconds: UInt64 = 1_000_000_000
    package var keptPatternsMax = 50_000
    package var cleanRoutesMax = 20_000

    package var findingsAgeNanosecondsMax: UInt64 = 30 * 86_400 * 1_000_000_000
    package var keptAgeNanosecondsMax: UInt64 = 7 * 86_400 * 1_000_000_000
    /// Of pages in use; the file follows as free pages are given back.
    package var databaseBytesMax: Int64 = 4 << 30
    /// Changes that wait for the next saved counters. A restart does not count what is beyond.
    package var uncountedChangesMax = 200_000
    package var retentionIntervalNanoseconds: UInt64 = 60_000_000_000
    /// Rows that one transaction of retention takes away, so that no verdict waits long for its turn.
    package var retentionRowsMax = 2_000
    package var vacuumPagesMax = 2_000

    package init() {}
}

/// Why something was not written. Every loss has one of these names and a counter.
package enum DatabaseDropReason: String, Sendable, CaseIterable {
    case queueFull = "queue_full"
    case queueBytesFull = "queue_bytes_full"
    case traceTooLarge = "trace_too_large"
    /// SQLite refused this one thing for a reason that another try does not change.
    case refusedByDatabase = "refused_by_database"
    /// The file is corrupt; nothing more is written to it.
    case databaseUnusable = "database_unusable"
    /// The database was being closed while writing still failed.
    case closing

    package var name: String { rawValue }
}

/// How the database is, for `/readyz` and `/metrics`.
package struct DatabaseHealth: Sendable {
    /// False once the file turned out to be corrupt.
    package internal(set) var isUsable = true
    /// Wall time of the last transaction that went through; 0 for none so far.
    package internal(set) var lastSuccessNanoseconds: UInt64 = 0
    package internal(set) var lastError: SQLiteError?
    package internal(set) var lastErrorNanoseconds: UInt64 = 0
    /// Attempts that failed since the last success.
    package internal(set) var failuresInARow: UInt64 = 0
    package internal(set) var failures: UInt64 = 0
    package internal(set) var written: UInt64 = 0
    package internal(set) var dropped: [DatabaseDropReason: UInt64] = [:]
    package internal(set) var queued = 0
    package internal(set) var queuedBytes = 0
    package internal(set) var bytesInUse: Int64 = 0
    package internal(set) var bytesFree: Int64 = 0
    package internal(set) var keptTraces = 0
    /// What retention took away.
    package internal(set) var retiredFindings: UInt64 = 0
    package internal(set) var retiredTraces: UInt64 = 0

    package var isHealthy: Bool { isUsable && failuresInARow == 0 }
}

package import SQLite
import Synchronization

/// The marks that people set on patterns, in memory and on disk. A mark counts once the database has it, so that none
/// is in force that a restart forgets. Any thread may call; changes come one after the other.
package final class FeedbackBook: Sendable {
    package static let marksMax = 10_000

    package enum Refusal: Error, Sendable {
        case full
        /// The database has not taken it, with the reason.
        case notStored(String)
    }

    private let database: FindingsDatabase?
    private let marks: Mutex<[Fingerprint: PatternMark]>
    private let turn = Mutex(())
    /// Told of all marks after each change.
    private let follow: @Sendable ([Fingerprint: PatternMark]) -> Void

    /// Takes back what was marked before a restart, and tells `follow` of it. Without a database marks live as long as
    /// the process.
    package init(
        database: FindingsDatabase?, follow: @escaping @Sendable ([Fingerprint: PatternMark]) -> Void = { _ in }
    ) throws(SQLiteError) {
        self.database = database
        self.follow = follow
        let stored = try database?.marks() ?? []
        let marks = Dictionary(stored.map { ($0.fingerprint, $0) }) { _, last in last }
        self.marks = Mutex(marks)
        follow(marks)
    }

    package subscript(_ fingerprint: Fingerprint) -> PatternMark? { marks.withLock { $0[fingerprint] } }
    package var count: Int { marks.withLock { $0.count } }

    /// The latest first.
    package var all: [PatternMark] {
        marks.withLock { Array($0.values) }.sorted {
            ($0.markedNanoseconds, $0.fingerprint.raw) > ($1.markedNanoseconds, $1.fingerprint.raw)
        }
    }

    package func set(_ mark: PatternMark) throws(Refusal) {
        try turn.withLock { _ throws(Refusal) in
            let isFull = marks.withLock { $0[mark.fingerprint] == nil && $0.count >= Self.marksMax }
            if isFull { throw .full }
            try store(mark, of: mark.fingerprint)
            change { $0[mark.fingerprint] = mark }
        }
    }

    /// Says whether there was a mark.
    package func remove(_ fingerprint: Fingerprint) throws(Refusal) -> Bool {
        try turn.withLock { _ throws(Refusal) in
            guard self[fingerprint] != nil else { return false }
            try store(nil, of: fingerprint)
            change { $0[fingerprint] = nil }
            return true
        }
    }

    private func change(_ body: (inout [Fingerprint: PatternMark]) -> Void) {
        let all = marks.withLock { marks in
            body(&marks)
            return marks
        }
        follow(all)
    }

    /// Waits until the database has it, and looks.
    private func store(_ mark: PatternMark?, of fingerprint: Fingerprint) throws(Refusal) {
        guard let database else { return }
        guard database.save(mark, of: fingerprint), database.flush(timeoutNanoseconds: Self.patienceNanoseconds) else {
            throw .notStored("the findings database is behind or closed")
        }
        do throws(SQLiteError) {
            guard try database.marks().first(where: { $0.fingerprint == fingerprint }) == mark else {
                throw SQLiteError(
                    code: .cannotOpen, operation: "mark a pattern in", path: database.path, detail: "it was not written"
                )
            }
        } catch {
            throw .notStored("\(error)")
        }
    }

    private static let patienceNanoseconds: UInt64 = 5_000_000_000
}

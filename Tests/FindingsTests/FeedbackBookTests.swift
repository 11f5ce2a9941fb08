import Synchronization
import Testing

@testable import Findings

@Suite struct FeedbackBookTests {
    private func mark(_ number: UInt128, _ kind: PatternMark.Kind = .expected) -> PatternMark {
        PatternMark(
            fingerprint: Fingerprint(raw: number), kind: kind, author: "Ann", note: "a\0b", markedNanoseconds: 7)
    }

    @Test func marksSurviveARestart() throws {
        let folder = try TemporaryFolder()
        let first = try FindingsDatabase(path: folder.database)
        let book = try FeedbackBook(database: first)
        try book.set(mark(1))
        try book.set(mark(2))
        try book.set(mark(2, .real))
        #expect(try book.remove(Fingerprint(raw: 1)))
        #expect(try !book.remove(Fingerprint(raw: 1)))
        first.close()
        let second = try FindingsDatabase(path: folder.database)
        defer { second.close() }
        let told = Mutex<[[Fingerprint: PatternMark]]>([])
        let again = try FeedbackBook(database: second) { marks in told.withLock { $0.append(marks) } }
        #expect(again.all == [mark(2, .real)])
        #expect(told.withLock { $0 } == [[Fingerprint(raw: 2): mark(2, .real)]])
    }

    @Test func aMarkThatIsNotStoredIsNotInForce() throws {
        let folder = try TemporaryFolder()
        let database = try FindingsDatabase(path: folder.database)
        let book = try FeedbackBook(database: database)
        database.close()
        #expect(throws: FeedbackBook.Refusal.self) { try book.set(mark(1)) }
        #expect(book.count == 0)
    }

    @Test func marksAreBounded() throws {
        let book = try FeedbackBook(database: nil)
        for number in 0..<FeedbackBook.marksMax { try book.set(mark(UInt128(number))) }
        #expect(throws: FeedbackBook.Refusal.self) { try book.set(mark(UInt128(FeedbackBook.marksMax))) }
        try book.set(mark(5, .real))
        #expect(book[Fingerprint(raw: 5)]?.kind == .real)
    }
}

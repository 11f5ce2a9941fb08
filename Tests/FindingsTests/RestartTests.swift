import Findings
import Foundation
import Testing
import TraceModel

@Suite struct RestartTests {
    private static func open(_ path: String) throws -> FindingsBook {
        let clock: @Sendable () -> UInt64 = { Sample.start + 3600 * Sample.second }
        let book = FindingsBook(database: try FindingsDatabase(path: path, wallClock: clock))
        try book.restore()
        return book
    }

    /// Without the numbers of provisional traces that still grow: the log takes these over in silence.
    private static func told(by book: FindingsBook) -> [Finding] {
        book.log.list(limit: .max).items.map { finding in
            guard finding.state == .provisional else { return finding }
            var quiet = finding
            (quiet.startNanoseconds, quiet.durationNanoseconds, quiet.spanCount) = (0, 0, 0)
            return quiet
        }
    }

    private static func expectSame(_ left: FindingsBook, _ right: FindingsBook, seed: UInt64) {
        #expect(told(by: left) == told(by: right), "seed \(seed)")
        #expect(Set(left.routes.snapshot()) == Set(right.routes.snapshot()), "seed \(seed)")
        #expect(left.patterns.overflow == right.patterns.overflow, "seed \(seed)")
        for rates in left.routes.snapshot() {
            let minutes = left.routes.minutes(service: rates.service, route: rates.route)
            #expect(minutes == right.routes.minutes(service: rates.service, route: rates.route), "seed \(seed)")
        }
        let (ours, theirs) = (left.patterns.snapshot(), right.patterns.snapshot())
        #expect(Set(ours.map(\.fingerprint)) == Set(theirs.map(\.fingerprint)), "seed \(seed)")
        for pattern in ours {
            let other = right.patterns.pattern(pattern.fingerprint)
            #expect(other?.masked == pattern.masked, "seed \(seed)")
            #expect(other?.degraded == pattern.degraded, "seed \(seed)")
            #expect(other?.suspect == pattern.suspect, "seed \(seed)")
            #expect(other?.weight == pattern.weight, "seed \(seed)")
            let minutes = left.patterns.minutes(pattern.fingerprint)
            #expect(minutes == right.patterns.minutes(pattern.fingerprint), "seed \(seed)")
        }
    }

    /// Findings, saves and restarts in random order; beside it a book that was never closed.
    @Test(arguments: [31, 32, 33, 34] as [UInt64])
    func restartsAtAnyMomentChangeNothing(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        let lasting = FindingsBook()
        var book = try Self.open(folder.database)
        var random = RandomFindings(seed: seed, traces: 40)
        for step in 0..<600 {
            let finding = random.next(at: Sample.start + UInt64(step) * Sample.second)
            lasting.publish(finding)
            book.publish(finding)
            if step % 7 == 0 {
                for routes in [lasting.routes, book.routes] {
                    routes.recordClean(service: "web", route: "GET /a", count: 3, atNanoseconds: Sample.start)
                }
                // Clean traces are not findings: what no save holds is not in the file.
                book.save()
            }
            if Int.random(in: 0..<100, using: &random.numbers) == 0 {
                if step % 7 != 0 { #expect(book.database?.flush() == true) }
                book.database?.close()
                book = try Self.open(folder.database)
                Self.expectSame(book, lasting, seed: seed)
            }
        }
        book.database?.close()
        let last = try Self.open(folder.database)
        Self.expectSame(last, lasting, seed: seed)
        last.database?.close()
    }

    @Test func overflowAndEmptiedPatternsSurviveToo() throws {
        let folder = try TemporaryFolder()
        let clock: @Sendable () -> UInt64 = { Sample.start }
        func book() throws -> FindingsBook {
            let book = FindingsBook(
                patterns: PatternLedger(patternsMax: 1, bucketsMax: 100),
                database: try FindingsDatabase(path: folder.database, wallClock: clock))
            try book.restore()
            return book
        }
        let first = try book()
        var other = Sample.masked(2, weight: 4)
        other.maskService = "carts"
        for finding in [Sample.masked(1), other] { first.publish(finding) }
        first.save()
        first.publish(Sample.recovered(1))
        first.save()
        first.database?.close()
        let second = try book()
        #expect(second.patterns.snapshot().isEmpty)
        #expect(second.patterns.overflow.count == 1)
        #expect(second.patterns.overflow.weight == 4)
        second.database?.close()
    }

    @Test func copiesOfTheFilesTakenMidwayOpenAndAreWhole() throws {
        let folder = try TemporaryFolder()
        let book = try Self.open(folder.database)
        for number in 1...200 { book.publish(Sample.masked(number, decided: Sample.start + UInt64(number))) }
        book.save()
        for number in 201...300 { book.publish(Sample.masked(number, decided: Sample.start + UInt64(number))) }
        #expect(book.database?.flush() == true)
        let copy = try TemporaryFolder()
        try folder.copy(["findings.db", "findings.db-wal"], to: copy)
        book.publish(Sample.masked(301))
        let restored = try Self.open(copy.database)
        #expect(restored.log.counts.entries == 300)
        #expect(restored.patterns.snapshot().map(\.count) == [300])
        restored.database?.close()
        book.database?.close()
    }

    /// A child that dies in the middle of writing leaves what it had committed, counters and all.
    @Test func killedProcessLosesNothingThatWasCommitted() async throws {
        let folder = try TemporaryFolder()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder.database as String] in
            let book = try RestartTests.open(path)
            for number in 1...500 {
                book.publish(Sample.masked(number, decided: Sample.start + UInt64(number)))
                if number == 250 { book.save() }
            }
            _ = book.database?.flush()
            for number in 501...5000 { book.publish(Sample.masked(number)) }
            kill(getpid(), SIGKILL)
        }
        #expect(try Shell.sqlite(folder.database, "PRAGMA integrity_check;") == "ok")
        let book = try Self.open(folder.database)
        let entries = book.log.counts.entries
        #expect(entries >= 500)
        #expect(book.patterns.snapshot().map(\.count) == [Int64(entries)])
        #expect(book.routes.snapshot().map(\.counts.rated.masked) == [Int64(entries)])
        book.database?.close()
    }
}

package import Findings
import Platform
package import SQLite
package import Symbols
import Synchronization
import TraceModel
package import TraceStore
package import Verdicts

/// The collector's profiles behind one lock: the judge's thread learns, whoever judges asks. The lock is taken once for
/// all clean traces of a round, and for moments otherwise.
package final class RouteProfiles: Sendable {
    private let book: Mutex<ProfileBook>
    let symbols: SymbolTable
    private let hops: HopTable

    package init(symbols: SymbolTable, hops: HopTable, limits: ProfileLimits = ProfileLimits()) {
        self.symbols = symbols
        self.hops = hops
        book = Mutex(ProfileBook(limits: limits, shapes: RouteShapes(symbols)))
    }

    /// What the engine asks for what is usual at one moment.
    package func source(atNanoseconds now: UInt64 = Clock.wallNanoseconds) -> ProfileSource {
        { key in self.book.withLock { $0.profile(key, atNanoseconds: now) } }
    }

    package var counters: ProfileCounters { book.withLock { $0.counters } }
    package var count: Int { book.withLock { $0.count } }
    package var bytes: Int { book.withLock { $0.bytes } }

    /// Clean traces that need more than a count, as places in `Due.clean`.
    package struct Looks: Sendable {
        package var unusual: [Int] = []
        package var teaching: [Int] = []

        /// All clean traces but the unusual ones.
        func usual(of clean: [SettledTrace]) -> [SettledTrace] {
            if unusual.isEmpty { return clean }
            var usual: [SettledTrace] = []
            usual.reserveCapacity(clean.count)
            var from = 0
            for place in unusual {
                usual.append(contentsOf: clean[from..<place])
                from = place + 1
            }
            usual.append(contentsOf: clean[from...])
            return usual
        }
    }

    /// Compares traces that settled plainly clean with what is usual for their routes.
    package func look(at due: TraceStore.Due, atNanoseconds now: UInt64) -> Looks {
        book.withLock { book in
            var looks = Looks()
            for (place, trace) in due.clean.enumerated() {
                let first = Int(trace.firstHop)
                let clean = CleanTrace(
                    edge: trace.edge, durationNanoseconds: trace.durationNanoseconds, answerSize: trace.answerSize,
                    maySkipSteps: trace.httpCode >= 300 || trace.hasMoreHops)
                let steps = due.hops[first..<first + Int(trace.hopsCount)]
                switch book.look(at: clean, hops: steps, atNanoseconds: now, hop: { hops[$0] }) {
                case .usual: break
                case .teaching: looks.teaching.append(place)
                case .unusual: looks.unusual.append(place)
                }
            }
            return looks
        }
    }

    func peek(_ key: ProfileKey) -> RouteProfile? { book.withLock { $0.peek(key) } }
    func takeTurn(_ key: ProfileKey) -> Bool { book.withLock { $0.takeTurn(key) } }

    func learn(_ lessons: [Lesson], atNanoseconds now: UInt64) {
        guard !lessons.isEmpty else { return }
        book.withLock { book in
            for lesson in lessons { book.learn(lesson, atNanoseconds: now) }
        }
    }

    func note(_ verdict: Verdict, isCounted: Bool, atNanoseconds now: UInt64) {
        book.withLock { $0.note(verdict, isCounted: isCounted, atNanoseconds: now) }
    }
}

// MARK: Over a restart

extension RouteProfiles {
    /// Profiles that one save writes: a tenth of a second's work for the database.
    private static let savedMax = 256

    /// Offers what changed. `isLast`: all of it, for nothing comes after.
    func save(to database: FindingsDatabase, isLast: Bool) {
        let (changed, forgotten) = book.withLock { book in
            (book.takeChanged(isLast ? book.limits.routesMax : Self.savedMax), book.takeForgotten())
        }
        guard !changed.isEmpty || !forgotten.isEmpty else { return }
        let writing = ProfileWriting(symbols: symbols)
        let isTaken = database.saveProfiles(
            changed.map { writing.stored(ProfileState($0)) }, forgetting: forgotten.map { writing.name($0) })
        if !isTaken { book.withLock { $0.markUnsaved(changed.map(\.key)) } }
    }

    /// Takes back what an earlier process has learned; called once, before the first trace.
    package func restore(from database: FindingsDatabase) throws(SQLiteError) {
        let stored = try database.profiles(limit: book.withLock { $0.limits.routesMax })
        let writing = ProfileWriting(symbols: symbols)
        for profile in stored {
            guard let state = writing.state(profile), let profile = RouteProfile(state, hopID: { hops.intern($0) })
            else { continue }
            book.withLock { $0.restore(profile) }
        }
    }
}

import Testing
import UnmaskTestSupport

@testable import Ingest

@Suite struct SequenceWindowTests {
    /// Everything that was ever accepted, and what lies further back than the window.
    private struct Model {
        var accepted: Set<UInt64> = []
        var highest: UInt64 = 0

        func contains(_ sequence: UInt64) -> Bool {
            accepted.contains(sequence) || highest >= sequence && highest - sequence >= SequenceWindow.width
        }

        mutating func insert(_ sequence: UInt64) {
            accepted.insert(sequence)
            highest = max(highest, sequence)
        }
    }

    @Test(arguments: UInt64(1)...30)
    func itRemembersWhatASetRemembers(seed: UInt64) {
        var numbers = WordSource(seed: seed)
        var window = SequenceWindow()
        var model = Model()
        for step in 0..<4000 {
            let reach = [3, 70, 1100, 5000][Int(numbers.next() % 4)] as UInt64
            let around = model.highest + numbers.next() % reach
            let sequence = max(1, around > reach / 2 ? around - reach / 2 : around)
            guard window.contains(sequence) == model.contains(sequence) else {
                Issue.record("seed \(seed), step \(step), sequence \(sequence)")
                return
            }
            if numbers.next() % 3 != 0 {
                window.insert(sequence)
                model.insert(sequence)
            }
            #expect(window.highest == model.highest)
        }
    }

    @Test func theLastSequenceOfAllIsASequence() {
        var window = SequenceWindow()
        window.insert(.max - 3)
        window.insert(.max)
        #expect(window.contains(.max) && window.contains(.max - 3))
        #expect(!window.contains(.max - 1))
        #expect(window.contains(1))
    }

    @Test func whatLiesBehindTheWindowDoesNotMarkAnother() {
        var window = SequenceWindow()
        window.insert(5000)
        window.insert(5000 - SequenceWindow.width - 7)
        #expect(!window.contains(5000 - 7))
    }
}

@Suite struct SessionTests {
    @Test func anInstanceFindsItsSessionAgain() {
        let sessions = NativeSessions(sessionsMax: 8)
        let first = sessions.session(of: "a")
        #expect(sessions.session(of: "a") === first)
        #expect(sessions.session(of: "b") !== first)
    }

    @Test(arguments: [1, 2, 3, 8, 100])
    func sessionsStayWithinTheirBoundAndTheLatestStay(sessionsMax: Int) {
        let sessions = NativeSessions(sessionsMax: sessionsMax)
        for number in 0..<sessionsMax * 5 {
            let session = sessions.session(of: "instance-\(number)")
            #expect(sessions.count <= sessionsMax)
            #expect(sessions.session(of: "instance-\(number)") === session)
        }
    }
}

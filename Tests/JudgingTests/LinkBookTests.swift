import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

@testable import Judging

/// The memory of linked outcomes, without a store: bounds, windows and repetitions.
struct LinkBookTests {
    @Test func sayingTheSameAgainIsNoNews() {
        let book = LinkBook()
        book.note([linked(1, by: 1, .failed)], atNanoseconds: 0)
        #expect(book.takeDue(atNanoseconds: 0) == [LinkDue(accepting: trace(1))])
        book.note([linked(1, by: 1, .failed)], atNanoseconds: 1)
        #expect(book.takeDue(atNanoseconds: 1).isEmpty)
        #expect(book.counts.links == 1)
    }

    @Test func successAloneIsNoNews() {
        let book = LinkBook()
        book.note([linked(1, by: 1, .succeeded)], atNanoseconds: 0)
        #expect(book.takeDue(atNanoseconds: 0).isEmpty)
        book.note([linked(1, by: 2, .failed)], atNanoseconds: 0)
        #expect(book.takeDue(atNanoseconds: 0).count == 1)
        #expect(book.outcomes(for: trace(1)).count == 2, "and yet it was remembered")
    }

    @Test func aTraceThatIsJudgedAgainReplacesWhatItSaid() {
        let book = LinkBook()
        book.note([linked(1, by: 1, .failed)], atNanoseconds: 0)
        _ = book.takeDue(atNanoseconds: 0)
        book.note([linked(1, by: 1, .succeeded)], atNanoseconds: 1)
        #expect(book.outcomes(for: trace(1)).map(\.result) == [.succeeded])
        #expect(book.takeDue(atNanoseconds: 1).count == 1, "the failure is taken back")
    }

    @Test func theWindowBeginsWithTheFirstFailure() {
        let book = LinkBook(limits: LinkLimits(windowNanoseconds: 100))
        book.note([linked(1, by: 1, .succeeded)], atNanoseconds: 0)
        book.note([linked(1, by: 2, .failed)], atNanoseconds: 90)
        _ = book.takeDue(atNanoseconds: 90)
        #expect(book.takeDue(atNanoseconds: 189).isEmpty)
        #expect(!book.isOver(trace(1)))
        #expect(book.takeDue(atNanoseconds: 190) == [LinkDue(accepting: trace(1), isOver: true)])
        #expect(book.isOver(trace(1)))
        #expect(book.takeDue(atNanoseconds: 500).isEmpty, "it is said once")
        #expect(book.outcomes(for: trace(1)).count == 2, "and stays known")
    }

    @Test func successesAreForgottenAfterTheWindow() {
        let book = LinkBook(limits: LinkLimits(windowNanoseconds: 100))
        book.note([linked(1, by: 1, .succeeded)], atNanoseconds: 0)
        #expect(book.takeDue(atNanoseconds: 100).isEmpty)
        #expect(book.counts == LinkBook.Counts())
    }

    @Test func failuresThatNobodyAcceptedAreCounted() {
        let book = LinkBook(limits: LinkLimits(windowNanoseconds: 100))
        book.note([linked(1, by: 1, .failed), linked(2, by: 1, .failed)], atNanoseconds: 0)
        book.noteMatch(of: trace(2))
        _ = book.takeDue(atNanoseconds: 100)
        #expect(book.counts.unmatched == 1)
    }

    @Test func successesMakeRoomBeforeFailures() {
        let book = LinkBook(limits: LinkLimits(linksMax: 10))
        for number in 1...5 { book.note([linked(UInt64(number), by: 1, .failed)], atNanoseconds: 0) }
        for number in 11...40 { book.note([linked(UInt64(number), by: 1, .succeeded)], atNanoseconds: 1) }
        #expect(book.counts.links == 10)
        #expect(book.counts.evicted == 25)
        for number in 1...5 { #expect(book.outcomes(for: trace(UInt64(number))).count == 1) }
        #expect(book.outcomes(for: trace(11)).isEmpty, "the oldest went first")
        #expect(book.outcomes(for: trace(40)).count == 1)
    }

    @Test func aFailureThatMakesRoomStands() {
        let book = LinkBook(limits: LinkLimits(linksMax: 2))
        for number in 1...3 { book.note([linked(UInt64(number), by: 1, .failed)], atNanoseconds: 0) }
        let due = book.takeDue(atNanoseconds: 0)
        #expect(due.contains(LinkDue(accepting: trace(1), isOver: true, isForgotten: true)))
        #expect(due.count == 3)
    }

    @Test func halvesOfAnIDAreOneTrace() {
        let book = LinkBook()
        book.note([linked(1, by: 1, .failed, half: true)], atNanoseconds: 0)
        #expect(book.outcomes(for: trace(1)).count == 1)
        book.note([linked(1, by: 2, .failed)], atNanoseconds: 0)
        #expect(book.outcomes(for: TraceID(high: 0, low: trace(1).low)).count == 2)
        #expect(book.outcomes(for: TraceID(high: 77, low: trace(1).low)).isEmpty, "another whole id is another trace")
    }

    @Test(arguments: 0..<40 as Range<UInt64>) func theBooksAreInOrderWhateverComes(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let limits = LinkLimits(
            linksMax: Int.random(in: 1...40, using: &random),
            bytesMax: Int.random(in: 10_000...100_000, using: &random),
            windowNanoseconds: 50)
        var state = LinkBookState(limits: limits)
        var now: UInt64 = 0
        for _ in 0..<2000 {
            now += UInt64.random(in: 0...3, using: &random)
            let accepting = UInt64.random(in: 1...60, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0: _ = state.takeDue(atNanoseconds: now)
            case 1: state.noteArrival(of: trace(accepting))
            case 2: state.noteMatch(of: trace(accepting))
            default:
                let result: LinkedOutcome.Result = Bool.random(using: &random) ? .failed : .succeeded
                let one = linked(accepting, by: UInt64.random(in: 1...80, using: &random), result)
                state.note([one.outcome], accepting: one.accepting, atNanoseconds: now)
            }
            state.checkInvariants()
        }
        _ = state.takeDue(atNanoseconds: .max)
        state.checkInvariants()
        #expect(state.takeDue(atNanoseconds: .max).isEmpty, "seed \(seed)")
    }

    private func trace(_ number: UInt64) -> TraceID { TraceID(high: 5, low: number) }

    private func linked(
        _ number: UInt64, by delivery: UInt64, _ result: LinkedOutcome.Result, half: Bool = false
    ) -> (accepting: TraceID, outcome: LinkedOutcome) {
        let hop = Hop(service: Symbol(2), name: Symbol(3), kind: .consumer)
        let outcome = LinkedOutcome(
            traceID: TraceID(high: 6, low: delivery), target: SpanID(2), result: result,
            spans: [SpanFacts(spanID: SpanID(delivery), hop: hop)])
        return (half ? TraceID(high: 0, low: number) : trace(number), outcome)
    }
}

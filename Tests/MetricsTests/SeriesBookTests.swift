import Metrics
import Testing

@Suite struct SeriesBookTests {
    private func text(_ book: SeriesBook, _ place: Int) -> String {
        String(decoding: book.series[place].bytes, as: UTF8.self)
    }

    @Test func theFirstValuesKeepTheirNamesAndLaterOnesShareOne() {
        var limiter = LabelLimiter(valuesMax: ["route": 2])
        var book = SeriesBook([.open("route"), .closed("verdict")], seriesMax: 100)
        let first = book.place(of: ["a", "clean"], &limiter)
        let second = book.place(of: ["b", "clean"], &limiter)
        let third = book.place(of: ["c", "clean"], &limiter)
        let fourth = book.place(of: ["d", "clean"], &limiter)
        #expect(Set([first, second, third]).count == 3)
        #expect(third == fourth)
        #expect(text(book, third) == "route=\"(other)\",verdict=\"clean\"")
        #expect(book.limited == ["route": 2, "": 0])
        // Whoever has a name keeps it, also in another family.
        var other = SeriesBook([.open("route")], seriesMax: 100)
        let place = other.place(of: ["b"], &limiter)
        #expect(text(other, place) == "route=\"b\"")
        #expect(limiter.taken.map(\.values) == [2])
    }

    @Test func labelsFromClosedListsAreNeverLimited() {
        var limiter = LabelLimiter(valuesMax: ["kind": 1])
        var book = SeriesBook([.closed("kind")], seriesMax: 100)
        let places = [book.place(of: ["a"], &limiter), book.place(of: ["b"], &limiter)]
        #expect(places.map { text(book, $0) } == ["kind=\"a\"", "kind=\"b\""])
    }

    @Test func aFullFamilyCountsAllThatIsNewUnderOther() {
        var limiter = LabelLimiter(valuesMax: ["route": 1_000])
        var book = SeriesBook([.open("route"), .closed("verdict")], seriesMax: 10)
        for number in 0..<500 {
            _ = book.place(of: ["r\(number)", "clean"], &limiter)
            _ = book.place(of: ["r\(number)", "masked"], &limiter)
        }
        #expect(book.series.count == 12)
        #expect(text(book, 10) == "route=\"(other)\",verdict=\"clean\"")
        #expect(text(book, 11) == "route=\"(other)\",verdict=\"masked\"")
        #expect(book.limited[""] == 990)
    }

    @Test func valuesThatAreCutToTheSameCountUnderOneSeries() {
        var limiter = LabelLimiter(valuesMax: ["route": 5])
        var book = SeriesBook([.open("route")], seriesMax: 10)
        let long = String(repeating: "x", count: 300)
        #expect(book.place(of: [long + "a"], &limiter) == book.place(of: [long + "b"], &limiter))
        #expect(limiter.taken.map(\.values) == [1])
    }
}

import Testing

@testable import Exporters

@Suite struct ScheduleTests {
    @Test func ofEachGroupOnlyTheOldestMayGo() {
        var schedule = Schedule()
        schedule.append(1, bytes: 5, group: "a")
        schedule.append(2, bytes: 5, group: "a")
        schedule.append(3, bytes: 5, group: "b")
        #expect(schedule.next(0) == .parcel(1, group: "a"))
        schedule.postpone("a", until: 10)
        #expect(schedule.next(0) == .parcel(3, group: "b"))
        schedule.removeHead(of: "b")
        #expect(schedule.next(9) == .wait(until: 10))
        #expect(schedule.next(10) == .parcel(1, group: "a"))
        schedule.removeHead(of: "a")
        #expect(schedule.next(0) == .parcel(2, group: "a"))
        schedule.removeHead(of: "a")
        #expect(schedule.next(0) == nil && schedule.count == 0 && schedule.bytes == 0)
    }

    @Test func aLongLineKeepsItsOrderWhileItsFrontIsCleared() {
        var schedule = Schedule()
        for number in 0..<500 { schedule.append(Int64(number), bytes: 1, group: "a") }
        for number in 0..<500 {
            #expect(schedule.next(0) == .parcel(Int64(number), group: "a"))
            schedule.removeHead(of: "a")
        }
        #expect(schedule.oldest == nil)
    }

    @Test func jitterIsFullAndBounded() {
        let policy = RetryPolicy()
        #expect(policy.delay(failures: 1, retryAfter: nil, chance: 1) == 500_000_000)
        #expect(policy.delay(failures: 4, retryAfter: nil, chance: 0.5) == 2_000_000_000)
        #expect(policy.delay(failures: 4_000, retryAfter: nil, chance: 1) == 60_000_000_000)
        #expect(policy.delay(failures: 4_000, retryAfter: nil, chance: 0) == 20_000_000)
        #expect(policy.delay(failures: 1, retryAfter: 7_000_000_000, chance: 0) == 7_000_000_000)
        #expect(policy.delay(failures: 1, retryAfter: 7_000_000_000, chance: 1) == 7_700_000_000)
        #expect(policy.delay(failures: 1, retryAfter: .max / 4, chance: 0) == 3_600_000_000_000)
    }
}

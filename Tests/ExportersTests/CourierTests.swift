import Alerting
import Exporters
import Synchronization
import Testing

@Suite struct CourierTests {
    @Test func whatComesIsDeliveredInOrderAndForgotten() throws {
        let rig = try CourierRig()
        try rig.add("1", "2", "3")
        #expect(rig.run() == .idle)
        #expect(rig.target.delivered == ["1", "2", "3"])
        #expect(rig.queue.sizes.waiting == 0 && rig.queue.sizes.oldestQueuedNanoseconds == nil)
        #expect(rig.tally.numbers.delivered == 3)
    }

    @Test func theSameMessageIsTakenOnceHoweverOftenItIsTold() throws {
        let rig = try CourierRig()
        try rig.add("1", "1")
        rig.run()
        try rig.add("1")
        rig.run()
        #expect(rig.target.delivered == ["1"])
    }

    /// Down for an hour at a hundred alerts a minute: nothing lost, in order, and no more than numbers in memory.
    @Test func aTargetThatIsDownForAnHourGetsEverythingInOrder() throws {
        let rig = try CourierRig(target: PretendTarget { _ in .postponed(answer: "refused", scope: .target) })
        var ids: [String] = []
        for minute in 0..<60 {
            for number in 0..<100 {
                ids.append("\(minute)-\(number)")
                try rig.add(ids[ids.count - 1], group: "group \(number % 7)", bytes: 1000)
            }
            rig.run(seconds: 60)
        }
        #expect(rig.queue.sizes.waiting == 6000)
        let attempts = rig.target.attempts.count
        #expect((50...300).contains(attempts), "\(attempts) attempts in an hour")
        rig.target.answer { _ in .delivered(answer: "200") }
        rig.run(seconds: 61)
        #expect(rig.target.delivered == ids)
        #expect(rig.queue.sizes.waiting == 0 && rig.tally.numbers.dropped.isEmpty)
    }

    @Test func aMessageInTroubleHoldsUpItsGroupAlone() throws {
        let rig = try CourierRig(
            target: PretendTarget {
                $0.id == "bad" ? .postponed(answer: "500", scope: .message) : .delivered(answer: "200")
            })
        try rig.add("bad", "after", group: "a")
        try rig.add("x", "y", group: "b")
        guard case .wait = rig.run() else { return #expect(Bool(false), "there is nothing to wait for") }
        #expect(rig.target.delivered == ["x", "y"])
        rig.target.answer { _ in .delivered(answer: "200") }
        rig.run(seconds: 5)
        #expect(rig.target.delivered == ["x", "y", "bad", "after"])
    }

    @Test func threeMessagesInTroubleAreTheTargets() throws {
        let rig = try CourierRig(target: PretendTarget { _ in .postponed(answer: "500", scope: .message) })
        for number in 0..<20 { try rig.add("\(number)", group: "group \(number)") }
        rig.run()
        #expect(rig.target.attempts.count == 3)
    }

    @Test func aTargetThatNamesATimeIsLeftAloneUntilThen() throws {
        let rig = try CourierRig(
            target: PretendTarget { _ in
                .postponed(answer: "429", afterNanoseconds: 30_000_000_000, scope: .target)
            }, chance: 0)
        try rig.add("1")
        #expect(rig.run() == .wait(until: rig.time.now + 31_000_000_000))
        rig.time.pass(seconds: 29.9)
        rig.run()
        #expect(rig.target.attempts.count == 1)
        rig.time.pass(seconds: 0.2)
        rig.run()
        #expect(rig.target.attempts.count == 2)
    }

    @Test func attemptsAndAgeAreBoundedAndDeadLettersCanBeReplayed() throws {
        var policy = RetryPolicy()
        policy.attemptsMax = 3
        let rig = try CourierRig(
            target: PretendTarget { _ in .postponed(answer: "503", scope: .target) }, policy: policy)
        try rig.add("tired")
        rig.run(seconds: 30)
        try rig.add("old")
        rig.run()
        rig.time.pass(seconds: 86_401)
        rig.run()
        let dead = try rig.queue.deadLetters(limit: 10)
        #expect(dead.map(\.id) == ["tired", "old"])
        #expect(dead.map(\.reason) == ["attempts", "age"] && dead.map(\.attempts) == [3, 1])
        #expect(dead.map(\.answer) == ["503", "503"])
        rig.target.answer { _ in .delivered(answer: "200") }
        #expect(try rig.queue.replay(["old"], wallNanoseconds: Samples.time + rig.time.now) == 1)
        #expect(try rig.queue.replay(nil, wallNanoseconds: Samples.time + rig.time.now) == 1)
        rig.run()
        #expect(rig.target.delivered == ["old", "tired"])
        #expect(try rig.queue.deadLetters(limit: 10).isEmpty && rig.queue.sizes.dead == 0)
    }

    @Test func whatIsRefusedDiesAtOnceAndTheNextOneGoes() throws {
        let rig = try CourierRig(
            target: PretendTarget { $0.id == "1" ? .refused(answer: "400 bad") : .delivered(answer: "200") })
        try rig.add("1", "2")
        rig.run()
        #expect(rig.target.delivered == ["2"])
        #expect(try rig.queue.deadLetters(limit: 10).map(\.reason) == ["refused"])
        let told = try rig.queue.tellings(of: "alert-1", exporter: "x")
        #expect(told.map(\.state) == [.dead] && told.map(\.answer) == ["400 bad"] && told.map(\.attempts) == [1])
    }

    @Test func aTargetThatIsGoneIsAskedNoMoreUntilSomebodySaysSo() throws {
        let rig = try CourierRig(target: PretendTarget { _ in .gone(answer: "410") })
        try rig.add("1", "2")
        rig.run()
        #expect(rig.target.attempts.count == 1)
        #expect(rig.tally.numbers.isGone && rig.queue.sizes.dead == 2)
        rig.target.answer { _ in .delivered(answer: "200") }
        rig.courier.encourage()
        _ = try rig.queue.replay(nil, wallNanoseconds: Samples.time)
        rig.run()
        #expect(rig.target.delivered == ["1", "2"])
    }

    @Test func aFullQueueLosesItsOldestAndCountsThem() throws {
        var limits = QueueLimits()
        limits.entriesMax = 3
        let rig = try CourierRig(
            target: PretendTarget { _ in .postponed(answer: "no", scope: .target) }, limits: limits)
        for number in 1...5 { try rig.add("\(number)") }
        rig.target.answer { _ in .delivered(answer: "200") }
        rig.run(seconds: 5)
        #expect(rig.target.delivered == ["3", "4", "5"])
        #expect(rig.tally.numbers.dropped == [.queueFull: 2])
    }

    @Test func whatIsLargerThanAnyMessageIsDroppedAndCounted() throws {
        var limits = QueueLimits()
        limits.parcelBytesMax = 100
        let rig = try CourierRig(limits: limits)
        try rig.add("small", bytes: 100)
        try rig.add("large", bytes: 101)
        rig.run()
        #expect(rig.target.delivered == ["small"] && rig.tally.numbers.dropped == [.tooLarge: 1])
    }

    @Test func deadLettersAreBoundedToo() throws {
        var limits = QueueLimits()
        limits.deadMax = 2
        let rig = try CourierRig(target: PretendTarget { _ in .refused(answer: "400") }, limits: limits)
        try rig.add("1", "2", "3")
        rig.run()
        #expect(try rig.queue.deadLetters(limit: 10).map(\.id) == ["2", "3"])
        #expect(rig.tally.numbers.dropped == [.deadFull: 1])
    }

    @Test func anotherLifeGoesOnWhereTheFirstOneEnded() throws {
        let folder = TemporaryFolder()
        let first = try CourierRig(folder: folder, target: PretendTarget { _ in .interrupted })
        try first.add("1", "2")
        #expect(first.run() == .interrupted)
        // Not closed: a process that is killed closes nothing either.
        let second = try CourierRig(folder: folder)
        try second.add("3")
        second.run()
        #expect(second.target.delivered == ["1", "2", "3"])
        #expect(try second.queue.tellings(of: "alert-1", exporter: "x").map(\.state) == [.delivered])
    }

    @Test func messagesOfAnotherTypeAreNoUseToTheTarget() throws {
        let folder = TemporaryFolder()
        let first = try CourierRig(folder: folder)
        try first.add("1")
        let queue = try DeliveryQueue(
            path: folder.file("queue.sqlite"), format: "other", wallNanoseconds: Samples.time
        ) { _, _ in }
        #expect(queue.sizes.waiting == 0)
        #expect(try queue.deadLetters(limit: 10).map(\.reason) == ["other_type"])
        #expect(try queue.replay(nil, wallNanoseconds: Samples.time) == 0)
    }

    @Test func aFileOfSomethingElseIsLeftAlone() throws {
        let folder = TemporaryFolder()
        let first = try CourierRig(folder: folder)
        first.queue.close()
        #expect(throws: (any Error).self) {
            try DeliveryQueue(
                path: "/proc/self/queue.sqlite", format: "x", wallNanoseconds: Samples.time
            ) { _, _ in }
        }
    }
}

import Synchronization
import Testing
import TraceModel
import UnmaskClient
import Wire

@Suite struct DeliveryTests {
    private func settings(_ collectors: [CollectorAddress], delay: Duration = .milliseconds(20)) -> ClientSettings {
        var settings = ClientSettings(
            service: ServiceIdentity(name: "checkout", namespace: "shop", version: "2.1"), collectors: collectors,
            token: "secret")
        settings.batchDelay = delay
        return settings
    }

    private func tracer(_ collector: FakeCollector, delay: Duration = .milliseconds(20)) -> UnmaskTracer {
        UnmaskTracer(settings([.tcp("127.0.0.1", port: collector.port)], delay: delay))
    }

    private func makeSpans(_ tracer: UnmaskTracer, _ count: Int) {
        tracer.use { for number in 0..<count { withSpan("span") { $0.set("number", .integer(Int64(number))) } } }
    }

    /// The sequences that were taken, each once, however often they came.
    private func numbers(_ collector: FakeCollector) -> [Int64] {
        var seen: Set<String> = []
        var numbers: [Int64] = []
        for batch in collector.batches where seen.insert("\(batch.instance)/\(batch.sequence)").inserted {
            for span in batch.spans {
                if case .int(let number) = span.attributes.first(where: { $0.key == "number" })?.value {
                    numbers.append(number)
                }
            }
        }
        return numbers.sorted()
    }

    @Test func spansArriveWithoutBeingAskedFor() async throws {
        let collector = try FakeCollector()
        let tracer = tracer(collector)
        makeSpans(tracer, 3)
        #expect(await eventually { collector.spans.count == 3 })
        #expect(collector.hellos.map(\.token) == ["secret"])
        #expect(collector.batches.map(\.sequence) == [1])
        let span = try #require(collector.spans.first)
        #expect(span.resource.service == "checkout" && span.resource.namespace == "shop")
        #expect(span.resource.attributes.contains(SpanAttribute("service.version", .string("2.1"))))
        #expect(await tracer.shutdown())
        #expect(tracer.statistics.spansDelivered == 3)
    }

    @Test func batchesGoWhenTheyAreFull() async throws {
        let collector = try FakeCollector()
        let tracer = tracer(collector, delay: .seconds(3600))
        makeSpans(tracer, 2500)
        #expect(await tracer.flush())
        #expect(collector.batches.map(\.spans.count).allSatisfy { $0 <= 512 })
        #expect(numbers(collector) == Array(0..<2500))
        await tracer.shutdown()
    }

    @Test func aLostConnectionCostsNothing() async throws {
        let hangUps = Mutex(0)
        let collector = try FakeCollector { _ in
            hangUps.withLock { count in
                count += 1
                return count % 3 == 0 ? .hangUp : .accept
            }
        }
        let tracer = tracer(collector, delay: .milliseconds(1))
        for round in 0..<30 {
            tracer.use { withSpan("span") { $0.set("number", .integer(Int64(round))) } }
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(await tracer.shutdown(within: .seconds(20)))
        #expect(numbers(collector) == Array(0..<30))
        #expect(collector.connections > 1)
        #expect(Set(collector.batches.map(\.instance)).count == 1)
        #expect(tracer.statistics.batchesResent > 0 && tracer.statistics.spansDropped.isEmpty)
    }

    @Test func aCollectorThatComesLateGetsEverything() async throws {
        let port = try FakeCollector().port
        let tracer = UnmaskTracer(settings([.tcp("127.0.0.1", port: port)]))
        makeSpans(tracer, 100)
        try await Task.sleep(for: .milliseconds(150))
        let collector = try FakeCollector(port: port)
        #expect(await tracer.shutdown(within: .seconds(20)))
        #expect(numbers(collector) == Array(0..<100))
    }

    @Test func theNextCollectorIsTriedWhereOneIsOutOfReach() async throws {
        let gone = try FakeCollector().port
        let collector = try FakeCollector()
        let tracer = UnmaskTracer(
            settings([.tcp("127.0.0.1", port: gone), .tcp("127.0.0.1", port: collector.port)]))
        makeSpans(tracer, 10)
        #expect(await tracer.shutdown(within: .seconds(20)))
        #expect(numbers(collector) == Array(0..<10))
    }

    @Test func laterMeansLater() async throws {
        let asked = Mutex(0)
        let collector = try FakeCollector { _ in
            asked.withLock { asked in
                asked += 1
                return asked < 3 ? .retryLater(milliseconds: 30) : .accept
            }
        }
        let tracer = tracer(collector)
        makeSpans(tracer, 5)
        #expect(await tracer.shutdown(within: .seconds(20)))
        #expect(collector.batches.map(\.sequence) == [1, 1, 1])
        #expect(collector.connections == 1)
        #expect(tracer.statistics.spansDelivered == 5)
    }

    @Test func whatTheCollectorDropsIsTold() async throws {
        let collector = try FakeCollector { $0.sequence == 1 ? .partial(dropped: 2) : .reject }
        let notices = Mutex<[ClientNotice]>([])
        var settings = settings([.tcp("127.0.0.1", port: collector.port)])
        settings.onNotice = { notice in notices.withLock { $0.append(notice) } }
        let tracer = UnmaskTracer(settings)
        makeSpans(tracer, 5)
        #expect(await tracer.flush())
        makeSpans(tracer, 4)
        #expect(await tracer.shutdown())
        let expected: [UnmaskClient.DropReason: UInt64] = [.collector("evicted_by_memory"): 2, .rejected: 4]
        #expect(tracer.statistics.spansDropped == expected)
        let told = notices.withLock { $0 }
        #expect(told.contains(.dropped(spans: 2, reason: .collector("evicted_by_memory"))))
        #expect(told.contains(.dropped(spans: 4, reason: .rejected)))
        #expect(told.first == .connected(to: "127.0.0.1:\(collector.port)"))
    }

    @Test func aStalledCollectorCostsOnlyWhatDoesNotFit() async throws {
        let collector = try FakeCollector()
        collector.isStalled = true
        var settings = settings([.tcp("127.0.0.1", port: collector.port)], delay: .milliseconds(1))
        settings.backlogBytesMax = 16 << 10
        let tracer = UnmaskTracer(settings)
        for round in 0..<40 {
            tracer.use {
                for number in 0..<50 { withSpan("span") { $0.set("number", .integer(Int64(round * 50 + number))) } }
            }
            try await Task.sleep(for: .milliseconds(3))
        }
        #expect(await eventually { tracer.statistics.spansDropped[.backlogFull] ?? 0 > 0 })
        #expect(tracer.statistics.backlogBytes <= 16 << 10)
        collector.isStalled = false
        #expect(await tracer.shutdown(within: .seconds(20)))
        let statistics = tracer.statistics
        #expect(statistics.spansDelivered + (statistics.spansDropped[.backlogFull] ?? 0) == 2000)
        #expect(numbers(collector).count == Int(statistics.spansDelivered))
    }

    @Test func aCollectorThatNeverAnswersIsLeft() async throws {
        let collector = try FakeCollector { $0.connection == 1 ? .silence : .accept }
        var settings = settings([.tcp("127.0.0.1", port: collector.port)])
        settings.answerTimeout = .milliseconds(100)
        let tracer = UnmaskTracer(settings)
        makeSpans(tracer, 3)
        #expect(await tracer.shutdown(within: .seconds(20)))
        #expect(collector.batches.map(\.sequence) == [1, 1] && collector.connections == 2)
    }

    @Test func aFrameThatTheCollectorCanNotReadIsNotSentAgain() async throws {
        let collector = try FakeCollector { batch in
            batch.sequence == 1 ? .error(.frameTooLarge) : .accept
        }
        let tracer = tracer(collector)
        makeSpans(tracer, 3)
        #expect(await eventually { !collector.batches.isEmpty })
        makeSpans(tracer, 3)
        #expect(await tracer.shutdown(within: .seconds(20)))
        #expect(collector.batches.map(\.sequence) == [1, 2])
        #expect(tracer.statistics.spansDropped == [.rejected: 3])
    }

    @Test func theShutdownEndsInTimeWithNobodyThere() async throws {
        let tracer = UnmaskTracer(settings([.tcp("127.0.0.1", port: try FakeCollector().port)]))
        makeSpans(tracer, 7)
        #expect(await tracer.shutdown(within: .milliseconds(50)) == false)
        #expect(tracer.statistics.spansDropped == [.shutdownDeadline: 7])
        makeSpans(tracer, 2)
        #expect(tracer.statistics.spansDropped == [.shutdownDeadline: 7, .afterShutdown: 2])
        #expect(await tracer.shutdown())
        #expect(await tracer.flush())
    }

    @Test func withoutAnAddressSpansAreCountedAndForgotten() async {
        let tracer = UnmaskTracer(settings([]))
        makeSpans(tracer, 4)
        #expect(await tracer.flush())
        #expect(tracer.statistics.spansDropped == [.noCollector: 4])
        #expect(tracer.shutdownBlocking())
    }

    @Test func aSocketOfTheFileSystem() async throws {
        let path = "/tmp/unmask-client-\(UInt64.random(in: 0 ... .max))"
        let collector = try FakeCollector(path: path)
        let tracer = UnmaskTracer(settings([try #require(CollectorAddress("unix:\(path)"))]))
        makeSpans(tracer, 4)
        #expect(await tracer.shutdown())
        #expect(numbers(collector) == [0, 1, 2, 3])
    }

    @Test func theWindowIsKept() async throws {
        let collector = try FakeCollector(window: 2) { _ in .silence }
        var settings = settings([.tcp("127.0.0.1", port: collector.port)], delay: .milliseconds(1))
        settings.answerTimeout = .seconds(3600)
        let tracer = UnmaskTracer(settings)
        for _ in 0..<6 {
            makeSpans(tracer, 1)
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(await eventually { collector.batches.count == 2 })
        #expect(await tracer.shutdown(within: .milliseconds(50)) == false)
        #expect(collector.batches.count == 2)
    }
}

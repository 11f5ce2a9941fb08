import Glibc
import Testing
import TraceModel
import UnmaskClient

@Suite struct ForkTests {
    /// A child has no thread of the library until its first span ends, then one of its own, and another instance.
    @Test func aChildReportsForItself() async throws {
        let collector = try FakeCollector()
        let child = try FakeCollector()
        let settings = ClientSettings(
            service: "forking",
            collectors: [.tcp("127.0.0.1", port: collector.port), .tcp("127.0.0.1", port: child.port)])
        let tracer = UnmaskTracer(settings)
        tracer.use { withSpan("parent") { _ in } }
        #expect(await eventually { collector.spans.count == 1 })
        let number = try #require(
            Self.fork {
                tracer.use { withSpan("child") { _ in } }
                return tracer.shutdownBlocking(within: .seconds(5)) ? 0 : 1
            })
        // The fake serves one client at a time: the child finds its place when the parent is gone.
        #expect(await tracer.shutdown())
        var status: Int32 = -1
        let isEnded = await eventually { waitpid(number, &status, WNOHANG) == number }
        #expect(isEnded && status == 0)
        let spans = collector.batches + child.batches
        #expect(spans.flatMap(\.spans).map(\.name).sorted() == ["child", "parent"])
        #expect(Set(spans.map(\.instance)).count == 2)
        let ids = spans.flatMap(\.spans).map(\.traceID)
        #expect(Set(ids).count == 2)
    }

    /// Swift hides `fork` for good reasons; a service that forks does it through C.
    private static func fork(_ body: () -> Int32) -> pid_t? {
        typealias Fork = @convention(c) () -> pid_t
        guard let symbol = dlsym(nil, "fork") else { return nil }
        let number = unsafeBitCast(symbol, to: Fork.self)()
        if number == 0 { _exit(body()) }
        return number
    }
}

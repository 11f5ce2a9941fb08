import CAllocations
import Kernel
import Synchronization
import UnmaskClient

/// A span with eight attributes against the empty binding of a task-local of the same form.
enum SpanCost {
    final class Marker: Sendable {}

    static let local = TaskLocal<Marker?>(wrappedValue: nil)
    private static let rounds = 20
    private static let spansEach = 2000

    @inline(never)
    static func work(_ span: Span, _ number: Int) {
        span[.httpRequestMethod] = "GET"
        span[.httpRoute] = "/cart/{id}"
        span[.httpResponseStatusCode] = 200
        span[.urlPath] = "/cart/17"
        span[.serverAddress] = "cart.internal"
        span[.serverPort] = 8080
        span[.userAgent] = "shop-web/5.2"
        span.set("app.customer", .integer(Int64(number)))
    }

    static func micro() {
        var settings = ClientSettings(service: "nothing", collectors: [])
        settings.sampling = SamplingPolicy(share: 0, failureShare: 0)
        UnmaskTracer(settings).use {
            for _ in 0..<200 { spans() }
            let floor = (0..<50).map { _ in nanoseconds { bindings() } }.sorted()[5]
            let span = (0..<50).map { _ in nanoseconds { spans() } }.sorted()[5]
            let none = (0..<50).map { _ in nanoseconds { empties() } }.sorted()[5]
            print("micro: binding \(Int(floor)) empty span \(Int(none)) eight \(Int(span))")
            for _ in 0..<5000 { spans() }
        }
    }

    @inline(never)
    private static func empties() {
        for number in 0..<spansEach { withSpan("GET /cart/{id}", kind: .server) { _ in blackHole(number) } }
    }

    static func run(_ tracer: UnmaskTracer) {
        report("outside a task, one thread", measure(threads: 1))
        report("outside a task, four threads", measure(threads: 4))
    }

    private static func report(_ what: String, _ costs: [(floor: Double, span: Double)]) {
        // Each round measures both; the middle of the differences is what stays of noise.
        let differences = costs.map { $0.span - $0.floor }.sorted()
        let floor = costs.map(\.floor).sorted()[costs.count / 2]
        let least = Int(differences[0])
        print(
            "\(what): binding \(Int(floor)) ns, a span \(Int(differences[differences.count / 2])) ns above it",
            "(least \(least))")
    }

    /// CPU nanoseconds of the thread, for the binding and for the span.
    private static func measure(threads: Int) -> [(floor: Double, span: Double)] {
        let results = Mutex<[(floor: Double, span: Double)]>([])
        let workers = (0..<threads).compactMap { number in
            try? WorkerThread(name: "bench-\(number)") {
                for _ in 0..<rounds {
                    let floor = nanoseconds { bindings() }
                    let span = nanoseconds { spans() }
                    results.withLock { $0.append((floor, span)) }
                    // So long that the delivering thread has emptied the lists: a full list would be cheaper.
                    Clock.sleep(nanoseconds: 30_000_000)
                }
                if number == 0 { countAllocations("outside a task") }
            }
        }
        for worker in workers { worker.join() }
        return results.withLock { $0 }
    }

    private static func nanoseconds(_ body: () -> Void) -> Double {
        let start = Clock.threadCPUNanoseconds
        body()
        return Double(Clock.threadCPUNanoseconds - start) / Double(spansEach)
    }

    @inline(never)
    private static func bindings() {
        let marker = Marker()
        for number in 0..<spansEach { local.withValue(marker) { blackHole(number) } }
    }

    @inline(never)
    private static func spans() {
        for number in 0..<spansEach { withSpan("GET /cart/{id}", kind: .server) { work($0, number) } }
    }

    @inline(never)
    private static func blackHole(_ number: Int) {
        if number < 0 { print(number) }
    }

    private static func countAllocations(_ what: String) {
        bindings()
        spans()
        let start = unmask_allocations()
        bindings()
        let middle = unmask_allocations()
        spans()
        let end = unmask_allocations()
        // The marker of `bindings` is one allocation more.
        let floor = Double(middle - start - 1) / Double(spansEach)
        print(
            "\(what): \(floor) allocations a binding, \(Double(end - middle) / Double(spansEach)) a span with its own")
    }

    static func runInTask(_ tracer: UnmaskTracer) async {
        var costs: [(floor: Double, span: Double)] = []
        for _ in 0..<rounds {
            costs.append((nanoseconds { bindings() }, nanoseconds { spans() }))
            try? await Task.sleep(for: .milliseconds(30))
        }
        report("inside a task", costs)
        countAllocations("inside a task")
        var asyncCosts: [(floor: Double, span: Double)] = []
        for _ in 0..<rounds {
            let floor = await asyncBindings()
            let span = await asyncSpans()
            asyncCosts.append((floor, span))
            try? await Task.sleep(for: .milliseconds(30))
        }
        report("around an async body", asyncCosts)
    }

    private static func asyncBindings() async -> Double {
        let marker = Marker()
        let start = Clock.threadCPUNanoseconds
        for number in 0..<spansEach { await local.withValue(marker) { await asyncHole(number) } }
        return Double(Clock.threadCPUNanoseconds - start) / Double(spansEach)
    }

    private static func asyncSpans() async -> Double {
        let start = Clock.threadCPUNanoseconds
        for number in 0..<spansEach {
            await withSpan("GET /cart/{id}", kind: .server) { span in
                work(span, number)
                await asyncHole(number)
            }
        }
        return Double(Clock.threadCPUNanoseconds - start) / Double(spansEach)
    }

    @inline(never)
    private static func asyncHole(_ number: Int) async {
        if number < 0 { print(number) }
    }
}

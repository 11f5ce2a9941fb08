import Findings
import HTTP
import Judging
import Platform
import Query
import Synchronization
import TraceStore

/// The desks of the API that answer from the findings.
struct QueryDesks: Sendable {
    let patterns: PatternDesk
    let routes: RouteDesk
    let services: ServiceDesk
    let feedback: FeedbackDesk
    let stream: StreamDesk
    let about: AboutDesk

    func addRoutes(to router: inout Router) {
        patterns.addRoutes(to: &router)
        routes.addRoutes(to: &router)
        services.addRoutes(to: &router)
        feedback.addRoutes(to: &router)
        stream.addRoutes(to: &router)
        about.addRoutes(to: &router)
    }
}

extension CollectorParts {
    func queryDesks(version: String) -> QueryDesks {
        let now: @Sendable () -> UInt64 = { Clock.wallNanoseconds }
        return QueryDesks(
            patterns: PatternDesk(book: desk.book, feedback: feedback, now: now),
            routes: RouteDesk(ledger: desk.book.routes, profiles: profiles, now: now),
            services: ServiceDesk(book: desk.book, hops: hops, symbols: symbols),
            feedback: FeedbackDesk(book: feedback, patterns: desk.book.patterns, now: now),
            stream: streamDesk, about: AboutDesk { [self] in about(version: version) })
    }

    private func about(version: String) -> AboutCollector {
        let usage = store.usage
        return AboutCollector(
            version: version, startedNanoseconds: startedNanoseconds, spans: usage.spans, spansHot: usage.spansHot,
            traces: usage.traces, memoryBytes: usage.memoryBytes, memoryBytesMax: usage.memoryBytesMax,
            residentBytes: Int(ProcessSelf.residentBytes), rulesVersion: rules.version.load(ordering: .relaxed),
            marks: feedback.count,
            epoch: streamDesk.epoch)
    }

}

import Alerting
import Configuration
import Exporters
import Findings
import HTTP
import Ingest
import JSON
import Judging
import Platform
import Query
import Symbols
import TraceModel
import TraceStore
import Verdicts
import Wire

/// The rooms behind the listeners, made once and handed to each other.
final class CollectorParts: Sendable {
    let symbols: SymbolTable
    let hops: HopTable
    let store: TraceStore
    let database: FindingsDatabase
    let desk: FindingDesk
    let keeper: EvidenceKeeper
    let links: LinkDesk
    let profiles: RouteProfiles
    let judge: JudgeLoop
    let rules: RulesInForce
    let library: TraceLibrary
    let traceDesk: TraceDesk
    let exports: ExportService
    let alerts: AlertEngine
    let streamDesk: StreamDesk
    let feedback: FeedbackBook
    let startedNanoseconds = Clock.wallNanoseconds

    init(_ settings: CollectorSettings) throws(CollectorError) {
        symbols = SymbolTable()
        hops = HopTable(symbols: symbols)
        do {
            store = try TraceStore(limits: settings.limits, symbols: symbols, hops: hops)
        } catch {
            throw CollectorError(.configuration, "\(error): ask for less with --memory")
        }
        do {
            database = try FindingsDatabase(path: "\(settings.dataFolder)/findings.sqlite")
        } catch {
            throw CollectorError(.configuration, "\(error)")
        }
        profiles = RouteProfiles(symbols: symbols, hops: hops)
        let symbols = symbols
        let ruleSet = RuleSet(settings.rules, interningInto: symbols)
        rules = RulesInForce(ruleSet)
        hops.paths.exchange(ruleSet.paths)
        let rules = rules
        let unpack = Self.unpack
        keeper = EvidenceKeeper(
            database: database, store: store, reader: TraceReader(store: store, read: unpack), rules: rules,
            profiles: profiles
        ) { verdict, finding, spans in
            VerdictJSON.bytes(verdict, finding, spans: spans) { symbols.string($0) }
        }
        let book = FindingsBook(database: database, writes: .hiddenOnly)
        do {
            try book.restore()
            try profiles.restore(from: database)
            feedback = try FeedbackBook(database: database) { marks in
                rules.exchange(marks: marks.mapValues(\.kind))
            }
        } catch {
            throw CollectorError(.configuration, "\(error)")
        }
        desk = FindingDesk(book: book, keeper: keeper, symbols: symbols, hops: hops, rules: rules)
        streamDesk = StreamDesk(feed: book.feed, epoch: String(startedNanoseconds, radix: 36))
        links = LinkDesk(store: store, desk: desk, profiles: profiles)
        judge = JudgeLoop(store: store, rules: rules, desk: desk, links: links, profiles: profiles)
        library = TraceLibrary(
            store: store, unpack: unpack, findings: desk, database: database, rules: rules, links: links.book,
            profiles: profiles)
        traceDesk = TraceDesk(library: library, findings: desk, symbols: symbols)
        exports = ExportService(folder: settings.dataFolder, feed: book.feed) { FindingJSON.write($0, to: &$1) }
        alerts = try Self.makeAlerts(settings, book, store, keeper, exports.sink)
    }

    /// Those of the configuration, at the start and whenever it is read again.
    func exchangeExporters(_ new: Rules) throws(CollectorError) {
        do {
            try exports.exchange(new.exporters, publicURL: new.publicURL)
        } catch {
            throw CollectorError(.configuration, "\(error)")
        }
    }

    private static func makeAlerts(
        _ settings: CollectorSettings, _ book: FindingsBook, _ store: TraceStore, _ keeper: EvidenceKeeper,
        _ sink: @escaping NoticeSink
    ) throws(CollectorError) -> AlertEngine {
        let clock = SteadyWallClock()
        let sources = AlertSources(
            book: book,
            spans: {
                let dropped = DropReason.allCases.filter { $0 != .duplicate }.reduce(0) { $0 + store.dropped($1) }
                return (UInt64(store.usage.spans), dropped)
            },
            keep: { keeper.pin($0, book.log.finding(of: $0)) }, wallClock: { clock.nanoseconds })
        do {
            let database = try AlertDatabase(path: "\(settings.dataFolder)/alerts.sqlite")
            return try AlertEngine(
                settings.rules.alerts, sources: sources, database: database, sink: sink)
        } catch {
            throw CollectorError(.configuration, "\(error)")
        }
    }

    /// From the next batch and the next trace on; what was judged before stays as it was.
    func exchange(_ new: Rules) throws(CollectorError) {
        try exchangeExporters(new)
        let ruleSet = RuleSet(new, interningInto: symbols)
        hops.paths.exchange(ruleSet.paths)
        rules.exchange(ruleSet)
        alerts.exchange(new.alerts)
    }

    /// The one place that knows how each format is unpacked.
    private static let unpack: PayloadReader = { frame throws(WireError) in
        switch frame.format {
        case .native: try DetailReader().spans(in: frame.bytes, compressed: false, rows: frame.rows)
        case .nativeLZ4: try DetailReader().spans(in: frame.bytes, compressed: true, rows: frame.rows)
        case .otlp: try OTLPPayload().spans(in: frame.bytes, rows: frame.rows)
        }
    }

    /// A reader thread's way into the store.
    func makeSink() -> BatchSink {
        let writer = StoreWriter(store: store)
        return { batch in
            let receipt = writer.add(
                batch, monotonicNanoseconds: Clock.monotonicNanoseconds, wallNanoseconds: Clock.wallNanoseconds)
            return BatchReceipt(
                admission: receipt.admission, acceptedSpans: receipt.accepted, dropped: receipt.dropped)
        }
    }

    /// A thread's own way from requests to the store.
    func makeDesk() -> SpanDesk { SpanDesk(symbols: symbols, hops: hops, sink: makeSink()) }

    /// For receivers whose requests come on threads of a library.
    func makeDesks() -> SpanDesks {
        SpanDesks { [self] in makeDesk() }
    }

    var readinessChecks: [ReadinessCheck] {
        [
            ReadinessCheck(name: "store") { [store] in
                store.isAccepting ? nil : "the memory budget is spent; senders are asked to wait"
            },
            ReadinessCheck(name: "exporters") { [exports] in exports.complaint },
            ReadinessCheck(name: "findings") { [database] in Self.complaint(database.health()) },
            ReadinessCheck(name: "alerts") { [alerts] in Self.complaint(alerts.health) },
        ]
    }

    private static func complaint(_ health: AlertHealth) -> String? {
        guard health.failuresInARow > 0 else { return nil }
        let error = health.lastError.map { "\($0)" } ?? "unknown"
        return "alerts are told, but can't be written: \(error)"
    }

    private static func complaint(_ health: DatabaseHealth) -> String? {
        if health.isHealthy { return nil }
        let error = health.lastError.map { "\($0)" } ?? "unknown"
        return "\(health.failuresInARow) writes failed in a row, the last with: \(error)"
    }
}

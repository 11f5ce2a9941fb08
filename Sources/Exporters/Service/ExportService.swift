package import Alerting
package import Configuration
package import Findings
import Platform
import SQLite
import Synchronization

/// All exporters: made from the configuration, told of alerts and findings, exchanged and ended together. Any thread.
package final class ExportService: Sendable {
    /// Where the queues lie, below the data folder.
    private static let folderName = "exporters"
    /// How long deliveries may go on after the end was asked for.
    private static let graceNanoseconds: UInt64 = 1_000_000_000

    /// What may be told while exporters are exchanged, which takes a second or two.
    private static let heldMax = 100_000

    private enum Told {
        case notice(Notice)
        case page(FindingFeed.Page)
    }

    private struct State {
        var publicURL = ""
        var exporters: [Exporter] = []
        /// While exporters are exchanged: what is told then is for the new ones.
        var held: [Told]?
        var heldOverflow = 0
    }

    private let folder: String
    private let finding: FindingWriter
    private let environment: @Sendable (String) -> String?
    private let clock: ExportClock
    private let state = Mutex(State())
    /// Exporters are exchanged one configuration at a time; those who tell something never wait for that.
    private let turn = Mutex(())
    private let feed: FindingFeed
    private let feeder = Mutex(FindingFeeder?.none)

    /// `folder` is the data folder; `finding` writes a finding as the API's lists do.
    package init(
        folder: String, feed: FindingFeed, finding: @escaping FindingWriter,
        environment: @escaping @Sendable (String) -> String? = { ProcessSelf.environment($0) },
        clock: ExportClock = .system
    ) {
        self.folder = "\(folder)/\(Self.folderName)"
        self.feed = feed
        self.finding = finding
        self.environment = environment
        self.clock = clock
    }

    /// Takes messages for delivery; never blocks.
    package var sink: NoticeSink {
        { [self] notice in tell(notice) }
    }

    package func tell(_ notice: Notice) { tell(.notice(notice)) }

    private func tell(_ told: Told) {
        state.withLock { state in
            guard let held = state.held else { return Self.hand(told, to: state.exporters) }
            if held.count < Self.heldMax { state.held?.append(told) } else { state.heldOverflow += 1 }
        }
    }

    private static func hand(_ told: Told, to exporters: [Exporter]) {
        for exporter in exporters {
            let selection = ExportSelection(rule: exporter.rule)
            switch told {
            case .notice(let notice):
                if let part = selection.part(of: notice) { exporter.take(.notice(part)) }
            case .page(let page):
                guard exporter.rule.sends.contains(.findings) else { continue }
                exporter.tally.drop(.feedOverrun, Int(clamping: page.missed))
                let part = selection.part(of: page.entries)
                if !part.isEmpty { exporter.take(.findings(part)) }
            }
        }
    }

    /// Puts these exporters to work. One whose rule and secrets are as they were is not disturbed; what waits for one
    /// that changed goes to its new target. A secret that can't be read changes nothing.
    package func exchange(_ rules: [ExporterRule], publicURL: String) throws(ExportError) {
        try turn.withLock { _ throws(ExportError) in
            let secrets = try rules.map { rule throws(ExportError) in
                try Secret.read(rule.secrets, environment: environment)
            }
            let maker = maker(publicURL)
            let targets = try rules.indices.map { index throws(ExportError) in
                try maker.target(rules[index], secrets[index])
            }
            if !rules.isEmpty { try makeFolder() }
            let old = state.withLock { state in
                state.held = []
                return (exporters: state.exporters, isSamePage: state.publicURL == publicURL)
            }
            let wanted = zip(rules, secrets).map { rule, secrets in
                old.exporters.first { old.isSamePage && $0.rule == rule && $0.secrets == secrets }
            }
            end(old.exporters.filter { exporter in !wanted.contains { $0 === exporter } })
            var exporters: [Exporter] = []
            // Whatever happens, what was held goes to those who work.
            defer { release(exporters, publicURL) }
            for (index, rule) in rules.enumerated() {
                if let undisturbed = wanted[index] {
                    exporters.append(undisturbed)
                } else {
                    exporters.append(try open(rule, secrets[index], targets[index], maker))
                }
            }
            try feedFindings(rules.contains { $0.sends.contains(.findings) })
        }
    }

    private func maker(_ publicURL: String) -> ExporterMaker {
        ExporterMaker(
            links: PageLinks(publicURL: publicURL), finding: finding, clock: clock)
    }

    private func release(_ exporters: [Exporter], _ publicURL: String) {
        state.withLock { state in
            state.exporters = exporters
            state.publicURL = publicURL
            for told in state.held ?? [] { Self.hand(told, to: exporters) }
            state.held = nil
            for exporter in exporters { exporter.tally.drop(.inboxFull, state.heldOverflow) }
            state.heldOverflow = 0
        }
    }

    private func makeFolder() throws(ExportError) {
        do {
            try Files.makeFolder(folder)
        } catch {
            throw ExportError("the exporters' queues have no folder: \(error)")
        }
    }

    private func open(
        _ rule: ExporterRule, _ secrets: [Secret], _ target: any DeliveryTarget, _ maker: ExporterMaker
    ) throws(ExportError) -> Exporter {
        let tally = ExporterTally()
        var limits = QueueLimits()
        limits.entriesMax = rule.queueMax
        do {
            let queue = try DeliveryQueue(
                path: "\(folder)/\(rule.name).sqlite", format: rule.kind.rawValue, limits: limits,
                wallNanoseconds: clock.wall()
            ) { tally.drop($0, $1) }
            let exporter = Exporter(
                rule: rule, secrets: secrets, queue: queue, format: maker.format(rule), target: target, tally: tally,
                clock: clock)
            try exporter.start()
            return exporter
        } catch {
            throw ExportError("the exporter \(rule.name) can't start: \(error)")
        }
    }

    private func feedFindings(_ isWanted: Bool) throws(ExportError) {
        let running = feeder.withLock { $0 != nil }
        guard isWanted != running else { return }
        guard isWanted else { return stopFeeding() }
        let new = FindingFeeder(feed) { [weak self] in self?.tell(.page($0)) }
        do {
            try new.start()
        } catch {
            throw ExportError("findings can't be read: \(error)")
        }
        feeder.withLock { $0 = new }
    }

    private func stopFeeding() {
        let old = feeder.withLock { feeder in
            defer { feeder = nil }
            return feeder
        }
        old?.stop()
    }

    /// Writes what was told, delivers what can be delivered in a second, and ends. What is left is delivered after the
    /// next start.
    package func stop() {
        stopFeeding()
        turn.withLock { _ in
            let exporters = state.withLock { state in
                defer { state.exporters = [] }
                return state.exporters
            }
            end(exporters)
        }
    }

    private func end(_ exporters: [Exporter]) {
        for exporter in exporters { exporter.beginEnding() }
        let deadline = Clock.monotonicNanoseconds + Self.graceNanoseconds
        for exporter in exporters { exporter.finishEnding(untilNanoseconds: deadline) }
    }

    var exporters: [Exporter] { state.withLock { $0.exporters } }

    func exporter(_ name: String) -> Exporter? { exporters.first { $0.rule.name == name } }

    /// What an exporter has to tell its target when somebody asks for a test, and what the target says. It goes past
    /// the queue, over a way of its own.
    func test(_ exporter: Exporter) -> DeliveryOutcome {
        let maker = maker(state.withLock { $0.publicURL })
        do throws(ExportError) {
            let secrets = try Secret.read(exporter.rule.secrets, environment: environment)
            let target = try maker.target(exporter.rule, secrets)
            let notice = TestNotice.make(clock.wall())
            var outcome = DeliveryOutcome.refused(answer: "there is nothing to send")
            for parcel in maker.format(exporter.rule).parcels(of: notice) {
                outcome = target.deliver(parcel)
                if !outcome.isDelivered { break }
            }
            return outcome
        } catch {
            return .refused(answer: error.description)
        }
    }
}

extension ExportService {
    package var statuses: [ExporterStatus] {
        exporters.map { exporter in
            ExporterStatus(
                name: exporter.rule.name, type: exporter.rule.kind.rawValue,
                target: ExporterMaker.shownTarget(exporter.rule), sizes: exporter.queue.sizes,
                numbers: exporter.tally.numbers)
        }
    }

    /// Whom an alert was told, and what they answered. An exporter whose queue can't be read has nothing to say.
    package func tellings(of alert: String) -> [Telling] {
        exporters.flatMap { exporter -> [Telling] in
            do throws(SQLiteError) {
                return try exporter.queue.tellings(of: alert, exporter: exporter.rule.name)
            } catch {
                exporter.tally.update {
                    $0.queueFailures += 1
                    $0.queueFault = "\(error)"
                }
                return []
            }
        }
    }

    /// Why what is told can't be kept; nil while it can.
    package var complaint: String? {
        let faults = statuses.filter { !$0.numbers.queueFault.isEmpty }
        return faults.isEmpty ? nil : faults.map { "\($0.name): \($0.numbers.queueFault)" }.joined(separator: "; ")
    }
}

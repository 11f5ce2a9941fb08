import Platform
import TraceModel
import Wire

/// One connection of a load run.
struct LoadWorker {
    private let number: Int
    private let settings: LoadSettings
    private let templates: [BatchTemplate]
    private var random: SeededRandom
    /// Ids differ from run to run, or the same seed twice would send the same traces twice.
    private var identifiers = SeededRandom(seed: Clock.wallNanoseconds ^ UInt64(ProcessSelf.identifier) << 32)
    private var report = LoadReport()
    private let bornNanoseconds = Clock.wallNanoseconds
    private var sequence: UInt64 = 0
    private var sentNanoseconds: [UInt64: (at: UInt64, frame: [UInt8])] = [:]
    private var postponed: [(at: UInt64, sequence: UInt64, frame: [UInt8])] = []

    init(number: Int, settings: LoadSettings, templates: [BatchTemplate]) {
        self.number = number
        self.settings = settings
        self.templates = templates
        random = SeededRandom(seed: settings.seed &* 7919 &+ UInt64(number))
        for _ in 0...number { _ = identifiers.next() }
    }

    private var spansShare: Int { settings.spansTotal / settings.connections }

    mutating func run(_ gate: StartGate, accepted: (Int) -> Void) -> LoadReport {
        let frames = settings.prepared ? prepareFrames() : []
        var link: NativeLink?
        do {
            let instance = "load-\(ProcessSelf.identifier)-\(bornNanoseconds)-\(number)"
            link = try NativeLink(to: settings.address, instance: instance, token: settings.token)
        } catch {
            report.failures.append("\(error)")
        }
        gate.pass()
        guard let link else { return report }
        let begin = Clock.monotonicNanoseconds
        do {
            if settings.prepared {
                for entry in frames { try send(entry.frame, entry.sequence, link, accepted) }
            } else {
                try sendPaced(link, begin: begin, accepted)
            }
            try finish(link, accepted)
        } catch {
            report.failures.append("\(error)")
        }
        report.elapsedNanoseconds = Clock.monotonicNanoseconds - begin
        return report
    }

    private mutating func prepareFrames() -> [(sequence: UInt64, frame: [UInt8])] {
        var frames: [(sequence: UInt64, frame: [UInt8])] = []
        while report.spansSent < spansShare { frames.append(nextFrame()) }
        return frames
    }

    private mutating func sendPaced(_ link: NativeLink, begin: UInt64, _ accepted: (Int) -> Void) throws {
        let perSecond = Double(settings.spansPerSecond) / Double(settings.connections)
        while report.spansSent < spansShare {
            if perSecond > 0 {
                let due = begin + UInt64(Double(report.spansSent) / perSecond * 1e9)
                let now = Clock.monotonicNanoseconds
                if due > now { Clock.sleep(nanoseconds: due - now) }
            }
            let next = nextFrame()
            try send(next.frame, next.sequence, link, accepted)
        }
    }

    private mutating func nextFrame() -> (sequence: UInt64, frame: [UInt8]) {
        sequence += 1
        let template = templates[Int(random.next() % UInt64(templates.count))]
        let salt = identifiers.identifier()
        let payload = template.instance(
            sequence: sequence, salt: salt, delayNanoseconds: Clock.wallNanoseconds - bornNanoseconds)
        var frame: [UInt8] = []
        if settings.compressed {
            FrameWriter.appendCompressed(.batch, payload: payload, to: &frame)
        } else {
            FrameWriter.append(.batch, payload: payload, to: &frame)
        }
        report.spansSent += template.spans
        for truth in template.truths { report.truth[truth.verdict, default: 0] += 1 }
        return (sequence, frame)
    }

    private mutating func send(
        _ frame: [UInt8], _ sequence: UInt64, _ link: NativeLink, _ accepted: (Int) -> Void
    ) throws {
        report.batches += 1
        report.bytes += frame.count
        sentNanoseconds[sequence] = (Clock.monotonicNanoseconds, frame)
        var acks: [Ack] = []
        try link.send(frame) { acks.append($0) }
        note(acks, accepted)
        try resendPostponed(link, accepted, waiting: false)
    }

    private mutating func finish(_ link: NativeLink, _ accepted: (Int) -> Void) throws {
        repeat {
            var acks: [Ack] = []
            try link.drain { acks.append($0) }
            note(acks, accepted)
            try resendPostponed(link, accepted, waiting: true)
        } while !postponed.isEmpty || link.outstanding > 0
    }

    private mutating func resendPostponed(_ link: NativeLink, _ accepted: (Int) -> Void, waiting: Bool) throws {
        while let first = postponed.first {
            let now = Clock.monotonicNanoseconds
            if first.at > now {
                guard waiting else { return }
                Clock.sleep(nanoseconds: first.at - now)
            }
            postponed.removeFirst()
            var acks: [Ack] = []
            sentNanoseconds[first.sequence] = (Clock.monotonicNanoseconds, first.frame)
            try link.send(first.frame) { acks.append($0) }
            note(acks, accepted)
        }
    }

    private mutating func note(_ acks: [Ack], _ accepted: (Int) -> Void) {
        for ack in acks {
            guard let sent = sentNanoseconds.removeValue(forKey: ack.sequence) else {
                report.failures.append("an Ack for batch \(ack.sequence), which is not open")
                continue
            }
            report.latency.record(nanoseconds: Clock.monotonicNanoseconds - sent.at)
            switch ack.result {
            case .accepted, .partial:
                report.spansAccepted += Int(ack.acceptedSpans)
                accepted(Int(ack.acceptedSpans))
            case .retryLater:
                report.batchesRetried += 1
                let at = Clock.monotonicNanoseconds + UInt64(ack.retryMilliseconds) * 1_000_000
                postponed.append((at, ack.sequence, sent.frame))
            case .rejected:
                report.batchesRejected += 1
                report.failures.append("batch \(ack.sequence) was rejected: \(ack.message)")
            }
        }
    }
}

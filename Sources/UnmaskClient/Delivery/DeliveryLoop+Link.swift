import Kernel
import Wire

extension DeliveryLoop {
    /// Dials where there is nobody, and sends what the window lets through.
    func tend(_ now: UInt64) {
        if link == nil { dial(now) }
        guard let link else { return }
        if let reason = silence(link, now) { return lose(link, reason, now) }
        guard link.conversation.isWelcome else { return }
        link.pingIfQuiet(now)
        if now >= holdUntilNanoseconds { fillWindow(link, now) }
        if link.conversation.hasUnsent { advance(link, []) }
    }

    private func fillWindow(_ link: CollectorLink, _ now: UInt64) {
        let wasEmpty = outbox.parcelsInFlight == 0
        while let parcel = outbox.takeNext(parcelsMax: link.windowParcels, bytesMax: link.windowBytes) {
            if parcel.wasSent { desk.change { $0.batchesResent += 1 } }
            link.send(parcel, isFirst: wasEmpty, now: now)
        }
    }

    private func dial(_ now: UInt64) {
        guard now >= dialler.notBeforeNanoseconds, !settings.collectors.isEmpty else { return }
        var name = "the collector"
        do {
            guard let candidate = try dialler.next() else { return dialler.fail(now: now) }
            name = candidate.collector.description
            link = try CollectorLink(candidate, hello, now: now)
        } catch {
            tellDown(name, "\(error)")
            dialler.fail(now: now)
        }
    }

    /// Why a connection that says nothing is given up.
    private func silence(_ link: CollectorLink, _ now: UInt64) -> String? {
        if !link.conversation.isWelcome {
            return now - link.bornNanoseconds > Self.dialNanosecondsMax ? "nobody said welcome in time" : nil
        }
        guard outbox.parcelsInFlight > 0, now > link.heardNanoseconds else { return nil }
        let limit = settings.answerTimeout.wholeNanoseconds
        return now - max(link.heardNanoseconds, link.askedNanoseconds) > limit ? "batches were not answered" : nil
    }

    /// When `tend` has to look again though nothing came.
    func linkDeadline(_ now: UInt64) -> UInt64? {
        guard let link else { return settings.collectors.isEmpty ? nil : dialler.notBeforeNanoseconds }
        guard link.conversation.isWelcome else { return link.bornNanoseconds + Self.dialNanosecondsMax }
        var deadlines = [now + link.idleNanoseconds / 2]
        if outbox.parcelsInFlight > 0 { deadlines.append(now + settings.answerTimeout.wholeNanoseconds) }
        if !outbox.isEmpty, holdUntilNanoseconds > now { deadlines.append(holdUntilNanoseconds) }
        return deadlines.min()
    }

    func advance(_ link: CollectorLink, _ ready: Poll.Interest) {
        let now = Clock.monotonicNanoseconds
        let before = link.bytesSent
        do {
            for event in try link.advance(ready, now: now) {
                handle(event, link, now)
                if self.link !== link { break }
            }
        } catch {
            lose(link, "\(error)", now)
        }
        let sent = link.bytesSent - before
        if sent > 0 { desk.change { $0.bytesSent += sent } }
    }

    private func handle(_ event: ClientConversation.Event, _ link: CollectorLink, _ now: UInt64) {
        switch event {
        case .welcome(let welcome): greet(welcome, link, now)
        case .answer(let sequence, let ack): settle(sequence, ack, now)
        case .goodbye(let goodbye): lose(link, "goodbye \(goodbye.code): \(goodbye.message)", now)
        case .error(let error, let parcel): refuse(error, parcel, link, now)
        }
    }

    private func greet(_ welcome: Welcome, _ link: CollectorLink, _ now: UInt64) {
        link.windowParcels = max(1, Int(welcome.windowBatches))
        link.windowBytes = max(1, Int(clamping: welcome.windowBytes))
        if welcome.idleMilliseconds > 0 { link.idleNanoseconds = UInt64(welcome.idleMilliseconds) * 1_000_000 }
        isToldDown = false
        desk.change { $0.connections += 1 }
        settings.onNotice?(.connected(to: link.name))
        if now >= holdUntilNanoseconds { fillWindow(link, now) }
        advance(link, [])
    }

    private func settle(_ sequence: UInt64, _ ack: Ack, _ now: UInt64) {
        // Only now: a collector that says welcome and takes nothing must not be asked ten times a second.
        dialler.succeed()
        link?.hasAnswered = true
        if ack.result == .retryLater {
            let pause = UInt64(ack.retryMilliseconds) * 1_000_000
            holdUntilNanoseconds = max(holdUntilNanoseconds, now + pause + Dialler.share(pause / 2))
            return outbox.postpone(sequence)
        }
        guard let parcel = outbox.remove(sequence) else { return }
        if ack.result == .rejected { return drop(parcel.spans, .rejected) }
        for entry in ack.dropped { drop(Int(entry.spans), .collector(entry.reason)) }
        // A duplicate was counted when it came first.
        let delivered = ack.duplicate ? UInt64(parcel.spans) : UInt64(ack.acceptedSpans)
        desk.change {
            $0.spansDelivered += delivered
            $0.batchesDelivered += 1
        }
    }

    /// Codes 1 to 5 say that a frame was wrong: it is not sent again, or it would end every connection.
    private func refuse(_ error: WireError, _ parcel: UInt64?, _ link: CollectorLink, _ now: UInt64) {
        if (1...5).contains(error.code.number), let parcel = parcel ?? outbox.oldestInFlight,
            let dropped = outbox.remove(parcel)
        {
            drop(dropped.spans, .rejected)
        }
        guard error.code == .unauthorised || error.code == .unsupportedVersion else {
            return lose(link, "\(error)", now)
        }
        settings.onNotice?(.refused(by: link.name, reason: error.message))
        isToldDown = true
        self.link = nil
        outbox.reopen()
        dialler.refuse(now: now)
    }

    private func lose(_ link: CollectorLink, _ reason: String, _ now: UInt64) {
        guard self.link === link else { return }
        self.link = nil
        outbox.reopen()
        if link.hasAnswered { dialler.lose(now: now) } else { dialler.fail(now: now) }
        tellDown(link.name, reason)
    }

    private func tellDown(_ name: String, _ reason: String) {
        guard !isToldDown else { return }
        isToldDown = true
        settings.onNotice?(.disconnected(from: name, reason: reason))
    }
}

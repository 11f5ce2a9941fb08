import TraceModel

// MARK: - Messages and work after the answer

extension TraceWorldBuilder {
    mutating func playMessages(_ truth: inout Truth) -> Bool {
        let deliveries: [WorldScenario: [Bool]] = [
            .consumerWorked: [true], .consumerFailed: [false], .consumerRedelivered: [false, true],
            .deadLetter: [false, false, false],
        ]
        if truth.scenario == .fireAndForget {
            forgetAudit(&truth)
            return true
        }
        guard let outcomes = deliveries[truth.scenario] else { return false }
        deliver(outcomes, &truth)
        return true
    }

    private mutating func deliver(_ outcomes: [Bool], _ truth: inout Truth) {
        var sent: Int?
        let stage = request(WorldShop.frontWrite, .accepted, deep: false) { world, stage in
            sent = world.publish(from: stage.server)
        }
        guard let producer = sent else { return }
        for (number, works) in outcomes.enumerated() {
            let dead = number == 2 && !works
            let delivery = deliver(under: producer, works: works, dead: dead)
            if !works { truth.origins.insert(id(delivery.origin)) }
            if outcomes.count < 3, number == outcomes.count - 1 { truth.onlySigns = [id(delivery.consumer)] }
        }
        truth.allowed = outcomes == [true] ? [.clean] : outcomes.last == true ? [.recovered] : [.masked]
        if truth.allowed == [.masked] {
            truth.kind = .ackThenFailed
            truth.maskPoint = id(stage.server)
        }
    }

    private mutating func publish(from server: Int) -> Int {
        let hop = Hop(
            service: self[server].hop.service, name: WorldSymbols.symbol("publish orders.placed"),
            peer: WorldSymbols.symbol(WorldShop.topic), kind: .producer)
        let producer = open(hop, under: server, instance: self[server].instance)
        self[producer].evidence.insert(.messaging)
        wait()
        close(producer)
        return producer
    }

    private mutating func deliver(under producer: Int, works: Bool, dead: Bool) -> (consumer: Int, origin: Int) {
        wait(50_000_000...200_000_000)
        let hop = Hop(
            service: WorldSymbols.symbol(WorldShop.consumer), name: WorldSymbols.symbol("process orders.placed"),
            peer: WorldSymbols.symbol(WorldShop.topic), kind: .consumer)
        let instance = WorldSymbols.symbol(WorldSymbols.instance(WorldShop.consumer, 1))
        let consumer = open(hop, under: producer, instance: instance)
        self[consumer].evidence.formUnion([.messaging, .remoteParent])
        wait()
        var origin = consumer
        if dead { origin = query("UPDATE stock", at: WorldShop.database, from: consumer, fails: true) }
        if !works { self[consumer].status = .error }
        if dead { self[consumer].evidence.insert(.deadLetter) }
        wait()
        close(consumer)
        return (consumer, origin)
    }

    /// The audit write of a request that was answered already.
    private mutating func forgetAudit(_ truth: inout Truth) {
        let stage = request(WorldShop.frontWrite, .created, deep: false) { $0.ordinarySteps(from: $1.server) }
        wait(5_000_000...20_000_000)
        let (_, server) = call(WorldShop.audit, from: stage.server, .failed)
        truth.allowed = [.suspect]
        truth.kind = .fireAndForget
        truth.maskPoint = id(stage.server)
        truth.origins = [id(server)]
    }
}

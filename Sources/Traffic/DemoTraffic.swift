package import Platform
import TraceModel
import Wire

/// The shop as it lives: every service reports its own spans over its own connection, a little after the fact, so that
/// a trace comes together from five places as it does in production.
package final class DemoTraffic {
    private let services = ["gateway", "bff", "catalog", "catalog-backup", "pricing", "payment"]
    private var links: [String: NativeLink] = [:]
    private var sequences: [String: UInt64] = [:]
    private var shop: Shop
    private let tracesPerSecond: Int
    private static let ticksPerSecond = 10

    package init(to address: SocketAddress, token: String, tracesPerSecond: Int, seed: UInt64) throws {
        self.tracesPerSecond = tracesPerSecond
        shop = Shop(mix: .demo, seed: seed)
        for service in services {
            links[service] = try NativeLink(
                to: address, instance: "\(service)-demo-\(ProcessSelf.identifier)-\(seed)", token: token)
        }
    }

    /// Sends for one tenth of a second, then sleeps until it is over.
    package func tick() throws {
        let end = Clock.monotonicNanoseconds + 1_000_000_000 / UInt64(Self.ticksPerSecond)
        var batches: [String: BatchEncoder] = [:]
        for _ in 0..<max(1, tracesPerSecond / Self.ticksPerSecond) {
            for span in shop.trace(endingNanoseconds: Clock.wallNanoseconds).spans {
                batches[span.resource.service, default: BatchEncoder()].append(span)
            }
        }
        for (service, batch) in batches { try send(batch, from: service) }
        let now = Clock.monotonicNanoseconds
        if now < end { Clock.sleep(nanoseconds: end - now) }
    }

    private func send(_ batch: BatchEncoder, from service: String) throws {
        guard let link = links[service] else { preconditionFailure("\(service) is no service of the shop") }
        sequences[service, default: 0] += 1
        var frame: [UInt8] = []
        FrameWriter.appendCompressed(.batch, payload: batch.payload(sequence: sequences[service]!), to: &frame)
        var refused: [String] = []
        try link.send(frame) { ack in
            if ack.result == .rejected { refused.append(ack.message) }
        }
        if let message = refused.first { throw NativeLink.Failure(description: "a batch was rejected: \(message)") }
    }
}

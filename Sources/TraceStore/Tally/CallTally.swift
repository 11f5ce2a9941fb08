import Platform
import Symbols
import Synchronization
import TraceModel

/// Calls between services, counted when a trace settles for the first time, while its spans are at hand anyway. Used by
/// the judge's thread; any thread may read.
///
/// What counts as one call:
/// - a SERVER or CONSUMER span whose parent is a CLIENT or PRODUCER span of the trace (or, as Zipkin has it, shares its
///   id), under the two spans' services and with both durations;
/// - a SERVER span without a parent, from the client `user`;
/// - a CLIENT or PRODUCER span whose other half did not come: to the service that the same step reaches otherwise, else
///   to its peer's name. The half that is there lends its duration to both histograms.
///
/// A call failed when either half says ERROR or 5xx. Not counted, but told apart: a half without the other and without
/// a peer. Of a trace's spans the latest `spansMax` are looked at. A trace that a late span opens again is not counted
/// again as long as its skeleton is there.
///
/// RATIONALE. Numbers that are learned from some traces and applied to all would be wrong wherever a step has two
/// callees; so each trace is looked at, and what makes that cheap is that only numbers are compared: steps are one
/// number each, and a pair of them is looked up once in a table of the judge's own.
final class CallTally: @unchecked Sendable {
    static let edgesMax = 512
    static let spansMax = 512
    private static let overflow = 0

    private let hops: HopTable
    private let user: Symbol
    private var pairs: PairIndex
    private var places: [CallEdge: Int] = [:]
    /// The edge that a CLIENT's step was seen to belong to, plus one.
    private let partners: MappedMemory
    private let clientCells: LatencyCells
    private let serverCells: LatencyCells
    /// What readers get beside the cells.
    private let edges: Mutex<[CallEdge]>
    private let failures: UnsafeMutablePointer<Atomic<UInt64>>
    private let exemplars = Mutex<[Int: SpanExemplar]>([:])
    /// Edges of which only one half ever comes: its duration is counted once and read twice.
    private let isOneSided: UnsafeMutablePointer<Bool>
    /// In which round an edge got its exemplar last: one for each edge and round is enough.
    private let exemplarRounds: UnsafeMutablePointer<UInt32>
    private var round: UInt32 = 0
    private let halves = HalfCounters()
    private let scratch = CallScratch(spansMax: CallTally.spansMax)

    init(symbols: SymbolTable, hops: HopTable) throws(PlatformError) {
        self.hops = hops
        user = symbols.intern("user")
        pairs = try PairIndex()
        partners = try MappedMemory(bytes: hops.hopsMax * 4, hugePages: false)
        clientCells = try LatencyCells(count: Self.edgesMax + 1)
        serverCells = try LatencyCells(count: Self.edgesMax + 1)
        failures = .allocate(capacity: Self.edgesMax + 1)
        for edge in 0...Self.edgesMax { (failures + edge).initialize(to: Atomic(0)) }
        isOneSided = .allocate(capacity: Self.edgesMax + 1)
        isOneSided.initialize(repeating: false, count: Self.edgesMax + 1)
        exemplarRounds = .allocate(capacity: Self.edgesMax + 1)
        exemplarRounds.initialize(repeating: 0, count: Self.edgesMax + 1)
        edges = Mutex([CallEdge(client: .overflow, server: .overflow, connection: .direct)])
    }

    deinit {
        failures.deinitialize(count: Self.edgesMax + 1)
        failures.deallocate()
        isOneSided.deallocate()
        exemplarRounds.deallocate()
    }

    /// Begins another round of settling.
    func beginRound() { round &+= 1 }

    /// Takes a trace's spans apart, from the newest on. Under the trace's lock, which is kept until the next call.
    @inline(__always)
    func take(from head: UInt32, in pool: ChunkPool) { scratch.sort(from: head, in: pool) }

    /// The steps of the trace that was taken, and whether it has more.
    var steps: (hops: UnsafeBufferPointer<HopID>, hasMore: Bool) { (scratch.steps, scratch.hasMore) }

    /// Counts the calls of the trace that was taken.
    func count(_ trace: TraceID) {
        for place in 0..<scratch.serversCount {
            let server = scratch.servers[place]
            if let client = scratch.takeClient(of: server) {
                add(trace, edge(client, server), client, server)
            } else if server.pointee.parentID.isNone, server.pointee.kind == .server {
                add(trace, edgeFromUser(server), server, server)
            } else {
                halves.servers.add(1, ordering: .relaxed)
            }
        }
        for place in 0..<scratch.clientsCount where !scratch.isPaired[place] {
            let client = scratch.clients[place]
            if let edge = edgeToPeer(client) {
                add(trace, edge, client, client)
            } else {
                halves.clients.add(1, ordering: .relaxed)
            }
        }
    }

    @inline(__always)
    private func add(
        _ trace: TraceID, _ edge: Int, _ client: UnsafePointer<SpanRecord>, _ server: UnsafePointer<SpanRecord>
    ) {
        if !isOneSided[edge] { clientCells.add(client.pointee.durationNanoseconds, to: edge) }
        serverCells.add(server.pointee.durationNanoseconds, to: edge)
        if Self.hasFailed(client) || Self.hasFailed(server) {
            failures[edge].store(failures[edge].load(ordering: .relaxed) &+ 1, ordering: .relaxed)
        }
        if exemplarRounds[edge] != round {
            exemplarRounds[edge] = round
            let exemplar = SpanExemplar(traceID: trace, durationNanoseconds: server.pointee.durationNanoseconds)
            exemplars.withLock { $0[edge] = exemplar }
        }
    }

    @inline(__always)
    private static func hasFailed(_ span: UnsafePointer<SpanRecord>) -> Bool {
        span.pointee.statusOutcomeKind & 3 == SpanStatus.error.rawValue || span.pointee.httpCode >= 500
    }

    // MARK: Edges

    /// Steps have fewer than 32 bits; the highest tells a key from an empty place.
    @inline(__always)
    private static func key(_ client: UInt32, _ server: UInt32) -> UInt64 {
        1 << 63 | UInt64(client) << 32 | UInt64(server)
    }

    @inline(__always)
    private func edge(_ client: UnsafePointer<SpanRecord>, _ server: UnsafePointer<SpanRecord>) -> Int {
        let key = Self.key(client.pointee.hop.raw, server.pointee.hop.raw)
        return pairs.find(key) ?? learn(key, client.pointee, server.pointee)
    }

    @inline(__always)
    private func edgeFromUser(_ server: UnsafePointer<SpanRecord>) -> Int {
        let key = Self.key(.max >> 1, server.pointee.hop.raw)
        if let known = pairs.find(key) { return known }
        return learn(
            key, CallEdge(client: user, server: hops[server.pointee.hop].service, connection: .virtualNode))
    }

    /// Nil where nothing tells whom the span called.
    @inline(__always)
    private func edgeToPeer(_ client: UnsafePointer<SpanRecord>) -> Int? {
        let partner = partners.base.load(fromByteOffset: Int(client.pointee.hop.raw) &* 4, as: UInt32.self)
        if partner != 0 { return Int(partner) &- 1 }
        let key = Self.key(client.pointee.hop.raw, .max)
        return pairs.find(key) ?? learnPeer(key, client.pointee)
    }

    private func learn(_ key: UInt64, _ client: SpanRecord, _ server: SpanRecord) -> Int {
        let isMessage = client.kind == .producer || server.kind == .consumer
        let edge = CallEdge(
            client: hops[client.hop].service, server: hops[server.hop].service,
            connection: isMessage ? .messaging : .direct)
        let place = learn(key, edge)
        partners.base.storeBytes(of: UInt32(place + 1), toByteOffset: Int(client.hop.raw) * 4, as: UInt32.self)
        return place
    }

    private func learnPeer(_ key: UInt64, _ client: SpanRecord) -> Int? {
        let hop = hops[client.hop]
        guard !hop.peer.isEmpty else { return nil }
        let connection: CallConnection =
            client.evidence.contains(.database)
            ? .database : client.evidence.contains(.messaging) || hop.kind == .producer ? .messaging : .virtualNode
        return learn(key, CallEdge(client: hop.service, server: hop.peer, connection: connection))
    }

    private func learn(_ key: UInt64, _ edge: CallEdge) -> Int {
        let place = places[edge] ?? append(edge)
        pairs.insert(key, place)
        return place
    }

    private func append(_ edge: CallEdge) -> Int {
        let place = edges.withLock { edges in
            guard edges.count <= Self.edgesMax else { return Self.overflow }
            edges.append(edge)
            return edges.count - 1
        }
        if place != Self.overflow {
            places[edge] = place
            isOneSided[place] = edge.connection.isOneSided
        }
        return place
    }

    // MARK: Reading

    /// Every edge that came up; the first is that of all which found no place.
    func counts() -> [CallCount] {
        let edges = edges.withLock { $0 }
        let exemplars = exemplars.withLock { $0 }
        return edges.enumerated().map { place, edge in
            var count = CallCount(edge: edge)
            count.failed = failures[place].load(ordering: .relaxed)
            serverCells.read(place, into: &count.server)
            if place != Self.overflow, edge.connection.isOneSided {
                count.client = count.server
            } else {
                clientCells.read(place, into: &count.client)
            }
            count.exemplar = exemplars[place]
            return count
        }
    }

    /// Halves of calls that stayed alone and name no other side.
    var unpaired: (clients: UInt64, servers: UInt64) {
        (halves.clients.load(ordering: .relaxed), halves.servers.load(ordering: .relaxed))
    }
}

private final class HalfCounters: Sendable {
    let clients = Atomic<UInt64>(0)
    let servers = Atomic<UInt64>(0)
}

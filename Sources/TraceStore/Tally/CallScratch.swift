import TraceModel

/// The halves of one trace's calls side by side, for as long as its lock is held. Used again for every trace.
final class CallScratch {
    private let spansMax: Int
    let clients: UnsafeMutablePointer<UnsafePointer<SpanRecord>>
    let servers: UnsafeMutablePointer<UnsafePointer<SpanRecord>>
    let isPaired: UnsafeMutablePointer<Bool>
    /// The clients' span ids in one row of memory.
    private let ids: UnsafeMutablePointer<UInt64>
    private let hops: UnsafeMutablePointer<HopID>
    /// Places of clients plus one, by their ids' hash; made for large traces only.
    private let table: UnsafeMutablePointer<UInt16>
    private let tableSize: Int
    private var isHashed = false
    private(set) var clientsCount = 0
    private(set) var serversCount = 0
    private var hopsCount = 0
    /// So many spans that not all were looked at.
    private(set) var hasMore = false
    /// Up to so many ids are compared one by one: they fit three cache lines.
    private static let comparedMax = 24

    init(spansMax: Int) {
        precondition(spansMax & (spansMax - 1) == 0 && spansMax < Int(UInt16.max), "a power of two")
        self.spansMax = spansMax
        // One more than fits: a span is written to both rows, and stays in the one that counts it.
        clients = .allocate(capacity: spansMax + 1)
        servers = .allocate(capacity: spansMax + 1)
        isPaired = .allocate(capacity: spansMax + 1)
        ids = .allocate(capacity: spansMax + 1)
        hops = .allocate(capacity: spansMax + 1)
        tableSize = spansMax * 2
        table = .allocate(capacity: tableSize)
    }

    deinit {
        clients.deallocate()
        servers.deallocate()
        isPaired.deallocate()
        ids.deallocate()
        hops.deallocate()
        table.deallocate()
    }

    /// The steps that crossed a border, from the newest on.
    var steps: UnsafeBufferPointer<HopID> { UnsafeBufferPointer(start: hops, count: hopsCount) }

    /// No branch on the kind: it changes from span to span, and a wrong guess costs more than two stores.
    @inline(__always)
    func sort(from head: UInt32, in pool: ChunkPool) {
        var unit = head
        var left = spansMax
        var (clientsCount, serversCount, hopsCount) = (0, 0, 0)
        while unit != 0, left > 0 {
            let record = pool.record(unit)
            let kind = record.pointee.statusOutcomeKind >> 5
            clients[clientsCount] = UnsafePointer(record)
            ids[clientsCount] = record.pointee.spanID.raw
            isPaired[clientsCount] = false
            servers[serversCount] = UnsafePointer(record)
            hops[hopsCount] = record.pointee.hop
            clientsCount &+= kind == SpanKind.client.rawValue || kind == SpanKind.producer.rawValue ? 1 : 0
            serversCount &+= kind == SpanKind.server.rawValue || kind == SpanKind.consumer.rawValue ? 1 : 0
            hopsCount &+= kind >= SpanKind.server.rawValue ? 1 : 0
            unit = record.pointee.next
            left &-= 1
        }
        hasMore = unit != 0
        self.hopsCount = hopsCount
        self.clientsCount = clientsCount
        self.serversCount = serversCount
        isHashed = clientsCount > Self.comparedMax
        if isHashed { fillTable() }
    }

    /// The other half of a SERVER or CONSUMER span; nil where it is not there.
    @inline(__always)
    func takeClient(of server: UnsafePointer<SpanRecord>) -> UnsafePointer<SpanRecord>? {
        let parent = server.pointee.parentID.raw
        guard let place = parent == 0 ? nil : find(parent) ?? find(server.pointee.spanID.raw) else { return nil }
        isPaired[place] = true
        return clients[place]
    }

    @inline(__always)
    private func find(_ id: UInt64) -> Int? {
        if isHashed { return findHashed(id) }
        for place in 0..<clientsCount where ids[place] == id { return place }
        return nil
    }

    private func fillTable() {
        table.update(repeating: 0, count: tableSize)
        for place in 0..<clientsCount {
            var slot = start(ids[place])
            while table[slot] != 0 { slot = (slot + 1) & (tableSize - 1) }
            table[slot] = UInt16(place + 1)
        }
    }

    private func findHashed(_ id: UInt64) -> Int? {
        var slot = start(id)
        while table[slot] != 0 {
            let place = Int(table[slot]) - 1
            if ids[place] == id { return place }
            slot = (slot + 1) & (tableSize - 1)
        }
        return nil
    }

    /// Span ids are random for honest senders; for others a chain of one trace's 512 is the worst there can be.
    private func start(_ id: UInt64) -> Int {
        Int(truncatingIfNeeded: (id &* 0x9E37_79B9_7F4A_7C15) >> 32) & (tableSize - 1)
    }
}

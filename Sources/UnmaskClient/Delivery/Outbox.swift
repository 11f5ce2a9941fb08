/// A batch as it goes over the wire.
struct Parcel {
    let sequence: UInt64
    let spans: Int
    let frame: [UInt8]
    /// On the present connection.
    var isSent = false
    /// On any connection.
    var wasSent = false
}

/// Batches that no collector has answered yet, oldest first, within a bound of bytes.
///
/// A batch that does not fit is refused rather than an older one thrown out: the older one may have been counted
/// already, and only its own sequence can tell.
struct Outbox {
    /// Sequences that wait must lie within 1,024, which is as far as a collector remembers.
    static let parcelsMax = 1000
    private let bytesMax: Int
    private(set) var parcels: [Parcel] = []
    private(set) var bytes = 0
    private(set) var bytesInFlight = 0
    private(set) var parcelsInFlight = 0

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    var isEmpty: Bool { parcels.isEmpty }
    var oldestInFlight: UInt64? { parcels.first { $0.isSent }?.sequence }

    mutating func add(_ parcel: Parcel) -> Bool {
        let span = parcels.first.map { parcel.sequence - $0.sequence } ?? 0
        guard bytes + parcel.frame.count <= bytesMax, span < Self.parcelsMax else { return false }
        parcels.append(parcel)
        bytes += parcel.frame.count
        return true
    }

    /// The next that fits into the window, marked as sent.
    mutating func takeNext(parcelsMax: Int, bytesMax: Int) -> Parcel? {
        guard parcelsInFlight < parcelsMax, let index = parcels.firstIndex(where: { !$0.isSent }),
            parcelsInFlight == 0 || bytesInFlight + parcels[index].frame.count <= bytesMax
        else { return nil }
        let before = parcels[index]
        parcels[index].isSent = true
        parcels[index].wasSent = true
        parcelsInFlight += 1
        bytesInFlight += before.frame.count
        return before
    }

    /// Answered for good, whatever the answer was.
    mutating func remove(_ sequence: UInt64) -> Parcel? {
        guard let index = parcels.firstIndex(where: { $0.sequence == sequence }) else { return nil }
        let parcel = parcels.remove(at: index)
        bytes -= parcel.frame.count
        if parcel.isSent { leaveFlight(parcel) }
        return parcel
    }

    /// To be sent again on the same connection.
    mutating func postpone(_ sequence: UInt64) {
        guard let index = parcels.firstIndex(where: { $0.sequence == sequence }), parcels[index].isSent else { return }
        leaveFlight(parcels[index])
        parcels[index].isSent = false
    }

    /// The connection is gone: everything without an answer goes once more.
    mutating func reopen() {
        for index in parcels.indices { parcels[index].isSent = false }
        parcelsInFlight = 0
        bytesInFlight = 0
    }

    mutating func removeAll() -> Int {
        let spans = parcels.reduce(0) { $0 + $1.spans }
        parcels = []
        bytes = 0
        reopen()
        return spans
    }

    private mutating func leaveFlight(_ parcel: Parcel) {
        parcelsInFlight -= 1
        bytesInFlight -= parcel.frame.count
    }
}

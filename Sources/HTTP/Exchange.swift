/// One request on its way in, owned by the connection's thread from its first header to its answer's last byte.
final class Exchange {
    private(set) var body: [UInt8] = []
    private(set) var isTooLarge = false
    /// The handler has been started: a graceful stop waits for this one.
    var isAnswering = false
    /// Of the answer, where it has no end.
    var live: LiveBody?
    private var bytesSeen = 0
    private let bodyBytesMax: Int

    /// `announcedBytes` is a promise of the sender's, and worth no more than some room.
    init(bodyBytesMax: Int, announcedBytes: Int) {
        self.bodyBytesMax = bodyBytesMax
        reservedBytes = min(announcedBytes, bodyBytesMax, Self.reservedBytesMax)
    }

    /// A body that grows by doubling is copied once more on its way.
    private static let reservedBytesMax = 1 << 20
    private let reservedBytes: Int

    /// False where the sender goes on so far beyond the limit that hanging up is all that is left: an answer can
    /// only be given between the parts of a body, or at its end.
    func append(_ part: UnsafeRawBufferPointer) -> Bool {
        bytesSeen += part.count
        isTooLarge = bytesSeen > bodyBytesMax
        if isTooLarge {
            body = []
            return bytesSeen <= 2 * bodyBytesMax + 65_536
        }
        if body.isEmpty { body.reserveCapacity(max(reservedBytes, part.count)) }
        body.append(contentsOf: part)
        return true
    }

    func takeBody() -> [UInt8] {
        defer { body = [] }
        return body
    }
}

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

    init(bodyBytesMax: Int) {
        self.bodyBytesMax = bodyBytesMax
    }

    /// False where the sender goes on so far beyond the limit that hanging up is all that is left: an answer can
    /// only be given between the parts of a body, or at its end.
    func append(_ part: UnsafeRawBufferPointer) -> Bool {
        bytesSeen += part.count
        isTooLarge = bytesSeen > bodyBytesMax
        if isTooLarge {
            body = []
            return bytesSeen <= 2 * bodyBytesMax + 65_536
        }
        body.append(contentsOf: part)
        return true
    }

    func takeBody() -> [UInt8] {
        defer { body = [] }
        return body
    }
}

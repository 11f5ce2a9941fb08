/// How much is remembered of work that one trace accepted and another did, and how long nothing final is said of it.
package struct LinkLimits: Sendable, Hashable {
    /// Linked deliveries in memory.
    package var linksMax: Int
    package var bytesMax: Int
    /// A failed delivery may be followed by one that works for this long.
    package var windowNanoseconds: UInt64
    /// So many failed deliveries of one message are taken for its end.
    package var giveUpDeliveries: UInt32

    package init(
        linksMax: Int = 65_536, bytesMax: Int = 48 << 20, windowNanoseconds: UInt64 = 900_000_000_000,
        giveUpDeliveries: UInt32 = 5
    ) {
        precondition(linksMax > 0 && bytesMax > 0 && windowNanoseconds > 0 && giveUpDeliveries > 0)
        self.linksMax = linksMax
        self.bytesMax = bytesMax
        self.windowNanoseconds = windowNanoseconds
        self.giveUpDeliveries = giveUpDeliveries
    }
}

/// Every bound of a gRPC server. What lies beyond one is refused, or ends the connection that went there.
package struct GRPCLimits: Hashable, Sendable {
    /// Loops, each with a thread of its own.
    package var threads = 2
    package var connectionsMax = 8192
    /// Calls under way on one connection.
    package var streamsMax = 128
    /// A request message, as it comes and uncompressed.
    package var messageBytesMax = 16 << 20
    /// Names and values of one request's fields, with 32 bytes for each field as HTTP/2 counts them. A request beyond
    /// it is refused; a connection that sends four times as much is over.
    package var headerBytesMax = 16 << 10
    /// Unfinished messages of one connection, and of all together.
    package var connectionBytesMax = 32 << 20
    package var receiveBytesMax = 256 << 20
    /// Bytes that may be on their way to us, for one call and for a connection. Messages are taken as they come, so
    /// these bound no memory but the kernel's.
    package var streamWindowBytes = 1 << 20
    package var connectionWindowBytes = 4 << 20
    /// Frames that carry no request (pings, settings, priorities, resets, empty data) in one burst, and how many of
    /// them a second are given back. gRPC clients measure bandwidth with pings, about one for each answer.
    package var controlFramesMax = 1000
    package var controlFramesPerSecond = 100
    /// A new connection has so long until its first settings.
    package var helloNanoseconds: UInt64 = 10_000_000_000
    /// From a call's header to its last byte; a client's own deadline may be nearer.
    package var callNanoseconds: UInt64 = 60_000_000_000
    /// A connection may be silent so long.
    package var idleNanoseconds: UInt64 = 300_000_000_000
    /// A peer that does not read its answers is left after so long.
    package var stalledNanoseconds: UInt64 = 30_000_000_000
    /// How long calls under way may take to finish when the server stops.
    package var drainNanoseconds: UInt64 = 2_000_000_000

    package init() {}
}

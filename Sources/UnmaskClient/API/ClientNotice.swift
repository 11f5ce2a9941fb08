/// Why spans did not reach anybody. The library never drops one without saying one of these.
public struct DropReason: Sendable, Hashable, CustomStringConvertible {
    public let name: String

    init(_ name: String) {
        self.name = name
    }

    /// Spans ended faster than the delivering thread could take them.
    public static let spansFull = DropReason("spans_full")
    /// No collector took batches, and the backlog is full.
    public static let backlogFull = DropReason("backlog_full")
    /// The collector refused the batch for good.
    public static let rejected = DropReason("rejected")
    /// The span ended after the shutdown.
    public static let afterShutdown = DropReason("after_shutdown")
    /// The deadline of the shutdown came first.
    public static let shutdownDeadline = DropReason("shutdown_deadline")
    /// Nobody ended the span.
    public static let neverEnded = DropReason("never_ended")
    /// The settings name no collector.
    public static let noCollector = DropReason("no_collector")
    /// The tracer's thread could not be started.
    public static let noThread = DropReason("no_thread")

    /// What the collector said of single spans of a batch that it took, in its own words.
    public static func collector(_ reason: String) -> DropReason { DropReason("collector_\(reason)") }

    public var description: String { name }
}

/// What an operator may want to know of the delivery.
public enum ClientNotice: Sendable, Hashable {
    case connected(to: String)
    /// The collector is out of reach or has left; batches wait.
    case disconnected(from: String, reason: String)
    /// The collector does not want this client as it is configured.
    case refused(by: String, reason: String)
    case dropped(spans: Int, reason: DropReason)
}

/// What became of spans so far.
public struct ClientStatistics: Sendable, Hashable {
    /// Spans that the collector acknowledged.
    public var spansDelivered: UInt64 = 0
    /// Spans that reached nobody, by reason.
    public var spansDropped: [DropReason: UInt64] = [:]
    /// Spans that sampling left out, which is no loss.
    public var spansNotSampled: UInt64 = 0
    public var batchesDelivered: UInt64 = 0
    /// Batches that were sent once more.
    public var batchesResent: UInt64 = 0
    public var connections: UInt64 = 0
    public var bytesSent: UInt64 = 0
    /// Encoded batches that wait now.
    public var backlogBytes = 0

    public init() {}
}

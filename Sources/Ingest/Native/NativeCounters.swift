package import Synchronization

/// What the native receiver counts, for `/metrics`.
package final class NativeCounters: Sendable {
    package let connections = Atomic<Int>(0)
    package let connectionsTotal = Atomic<UInt64>(0)
    package let connectionsRefused = Atomic<UInt64>(0)
    package let bytes = Atomic<UInt64>(0)
    package let batches = Atomic<UInt64>(0)
    package let batchesDuplicate = Atomic<UInt64>(0)
    package let batchesDeferred = Atomic<UInt64>(0)
    package let batchesRejected = Atomic<UInt64>(0)
    package let spans = Atomic<UInt64>(0)
    package let protocolErrors = Atomic<UInt64>(0)
    package let timeouts = Atomic<UInt64>(0)
    /// Bytes that wait in connections' buffers.
    package let bytesWaiting = Atomic<Int>(0)

    package init() {}
}

/// An exporter as people and metrics see it. Nothing in it is a secret.
package struct ExporterStatus: Hashable, Sendable {
    package enum State: String, Sendable {
        case ok
        /// The latest attempts failed, and there will be others.
        case retrying
        /// They have failed for long, or the target wants no messages any more, or the queue can't be used.
        case down
    }

    /// So many failures in a row are more than a hiccup.
    private static let failuresOfDown = 8

    package var name: String
    package var type: String
    package var target: String
    package var sizes: DeliveryQueue.Sizes
    package var numbers: ExporterTally.Numbers

    package var state: State {
        if numbers.isGone || !numbers.queueFault.isEmpty || numbers.failuresInARow >= Self.failuresOfDown {
            return .down
        }
        return numbers.failuresInARow > 0 ? .retrying : .ok
    }
}

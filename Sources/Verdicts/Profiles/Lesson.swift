package import TraceModel

/// What one clean trace teaches about the route of one of its edges.
package struct Lesson: Sendable, Hashable {
    package struct Step: Sendable, Hashable {
        package var id: HopID
        package var hop: Hop
        /// The step whose span lies nearest above; nil for the edge.
        package var above: HopID?
        /// How often the trace took it.
        package var calls: UInt32
        /// The steps of this lesson, as bits, that one process began after this one had ended.
        package var followers: UInt64
    }

    package var key: ProfileKey
    /// The edge first, then downwards.
    package var steps: [Step]
    package var durationNanoseconds: UInt64
    /// On the scale of `SpanRecord.answerSize`; 0 for unknown.
    package var answerSize: UInt8
    package var isHTML: Bool
    /// A gateway answered, and nobody behind it was asked.
    package var isGatewayAlone: Bool

    /// Steps that one lesson can hold: the bits of `followers`.
    static let stepsMax = 64
}

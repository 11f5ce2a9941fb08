package import TraceModel

/// A trace as it stands at one moment, copied out of the store: what the engine judges, and where the payloads lie.
package struct TraceSnapshot: Sendable {
    package enum Age: String, Sendable {
        case hot
        case skeleton
        case kept
    }

    package var id: TraceID
    package var spans: [SpanFacts]
    /// Frame and row of each span; frame 0: the payload is gone.
    var places: [(frame: UInt32, row: UInt16)]
    /// The generation of the oldest of them.
    var generation: UInt16
    package var age: Age
    package var isTruncated: Bool
    /// No span came for the quiet period: the verdict is final until a late one arrives.
    package var isSettled: Bool
    /// It was counted as clean before, and nothing else was ever said of it.
    package var isCountedClean: Bool
    /// No span of the trace has left memory or was refused: what is not here did not come.
    package var isWhole: Bool
    /// What `countClean(under:)` said at that time.
    package var cleanEpoch: UInt8 = 0
    /// Epochs wrap after so many.
    package static let cleanEpochs = 4

    init(
        id: TraceID, spans: [SpanFacts], places: [(frame: UInt32, row: UInt16)], generation: UInt16, age: Age,
        isTruncated: Bool, isSettled: Bool, isCountedClean: Bool, isWhole: Bool
    ) {
        self.id = id
        self.spans = spans
        self.places = places
        self.generation = generation
        self.age = age
        self.isTruncated = isTruncated
        self.isSettled = isSettled
        self.isCountedClean = isCountedClean
        self.isWhole = isWhole
    }

    /// A trace that is whole and comes from no store.
    package init(recorded id: TraceID, spans: [SpanFacts]) {
        self.init(
            id: id, spans: spans, places: [], generation: 0, age: .kept, isTruncated: false, isSettled: true,
            isCountedClean: false, isWhole: true)
    }
}

/// What became of telling one alert through one exporter.
package struct Telling: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        case waiting
        case delivered
        case retrying
        /// Given up; it can be told again by hand.
        case dead
    }

    package var exporter: String
    package var kind: Notice.Kind
    package var state: State
    package var atNanoseconds: UInt64
    /// What the receiver said last, fit to be shown.
    package var answer: String
    package var attempts: Int

    package init(
        exporter: String, kind: Notice.Kind, state: State, atNanoseconds: UInt64, answer: String, attempts: Int
    ) {
        self.exporter = exporter
        self.kind = kind
        self.state = state
        self.atNanoseconds = atNanoseconds
        self.answer = answer
        self.attempts = attempts
    }
}

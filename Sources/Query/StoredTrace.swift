package import Findings
package import JSON
package import TraceModel

/// A trace whole, with what is said of it.
package struct StoredTrace: Sendable {
    package var traceID: TraceID
    /// In order of their start.
    package var spans: [SpanDetail]
    package var age: TraceAge
    package var payload: PayloadState
    /// The verdict in names.
    package var finding: Finding
    package var telling: Telling

    package enum Telling: Sendable {
        /// As the rules in force see it now.
        case judged(Verdict, TraceHead)
        /// As it was written when the trace was kept: the verdict of the API.
        case written(JSONValue)
    }

    package init(
        traceID: TraceID, spans: [SpanDetail], age: TraceAge, payload: PayloadState, finding: Finding,
        telling: Telling
    ) {
        self.traceID = traceID
        self.spans = spans
        self.age = age
        self.payload = payload
        self.finding = finding
        self.telling = telling
    }

    /// What became of the chain that decided the verdict; nil where nothing failed.
    package var disposition: Disposition? {
        switch telling {
        case .judged(let verdict, _): verdict.leadingChain?.disposition
        case .written(let verdict):
            verdict["chains"]?.array?.first?["disposition"]?.string.flatMap { name in
                Disposition.allCases.first { $0.name == name }
            }
        }
    }
}

import Answers
import TraceModel

/// What an answer has to be to count as a success, whatever its status code says.
///
/// ```swift
/// let contract = ResponseContract(contentTypes: ["application/json"], requiredFields: ["order.id"])
/// let finding = contract.check(status: 200, headers: { response.headers[$0] }, body: response.body)
/// Span.current.record(finding)
/// ```
///
/// A contract knows without being told that `"success": false`, `"status": "fail"`, a set `error`, errors of GraphQL
/// and JSON-RPC, `application/problem+json` under a 2xx, and proof of a stale answer are no plain successes.
public struct ResponseContract: Sendable {
    /// Without parameters, in lower case: `application/json`. Empty: any.
    public var contentTypes: Set<String>
    /// Members that must be there and not null: `items`, `order.id`.
    public var requiredFields: Set<String>
    /// Codes that are no success and mean that nothing is wrong: 404 where absence is an answer.
    public var expectedStatus: Set<Int>
    /// An answer that caches held longer than this is stale; nil: only where a header proves it.
    public var ageMax: Duration?
    /// Errors beside missing data are GraphQL's even where the answer has no `data`.
    public var isGraphQL: Bool
    /// So much of a body is looked at. What is longer is judged by what came before.
    public var bodyBytesMax: Int
    public var signature: ResponseSignature?

    public init(
        contentTypes: Set<String> = [], requiredFields: Set<String> = [], expectedStatus: Set<Int> = [],
        ageMax: Duration? = nil, isGraphQL: Bool = false, bodyBytesMax: Int = 1 << 20,
        signature: ResponseSignature? = nil
    ) {
        self.contentTypes = contentTypes
        self.requiredFields = requiredFields
        self.expectedStatus = expectedStatus
        self.ageMax = ageMax
        self.isGraphQL = isGraphQL
        self.bodyBytesMax = bodyBytesMax
        self.signature = signature
    }

    /// Checks a whole answer. `headers` finds a header whatever its case.
    public func check(
        status: Int, headers: (_ name: String) -> String?, body: some Sequence<UInt8> = EmptyCollection<UInt8>()
    ) -> ResponseFinding {
        var reading = begin(status: status, headers: headers)
        reading.feed(body)
        return reading.finish()
    }

    /// Begins to check an answer whose body comes in pieces.
    public func begin(status: Int, headers: (_ name: String) -> String?) -> ResponseReading {
        ResponseReading(self, status: status, headers: headers)
    }
}

/// What a contract found.
public struct ResponseFinding: Sendable, Hashable {
    /// Nil where the status code says it all: a failure that the caller was told of.
    public let outcome: SpanOutcome?
    let evidence: Evidence

    init(_ outcome: SpanOutcome?, _ evidence: Evidence = []) {
        self.outcome = outcome
        self.evidence = evidence
    }

    public var isSuccess: Bool { outcome == .success }
}

extension Span {
    /// Puts what a contract found on the span. A success is not declared: the code has said it already, and what else
    /// is known of the span may still weigh against it.
    public func record(_ finding: ResponseFinding) {
        guard let storage else { return }
        if let outcome = finding.outcome, outcome != .success { storage.setOutcome(outcome) }
        if !finding.evidence.isEmpty { storage.note(finding.evidence) }
    }
}

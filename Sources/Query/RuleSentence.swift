package import TraceModel

/// Why a rule of the contract decided as it did, and what in the trace would have made it decide otherwise: two plain
/// sentences for each.
package struct RuleSentence: Sendable, Hashable {
    package let reason: String
    package let otherwise: String

    private init(_ reason: String, _ otherwise: String) {
        self.reason = reason
        self.otherwise = otherwise
    }

    package init(_ rule: ChainRule) {
        self =
            Self.told(rule) ?? Self.expected(rule) ?? Self.repaired(rule) ?? Self.softened(rule) ?? Self.unusual(rule)
            ?? Self.rest(rule)
    }

    private static func told(_ rule: ChainRule) -> RuleSentence? {
        switch rule {
        case .edgeAnsweredFailure:
            RuleSentence(
                "the failure reached the edge, and the edge told its caller so",
                "it would be masked if the edge had answered success")
        case .edgeAnsweredRefusal:
            RuleSentence(
                "the edge refused the request, which is the caller's to mend",
                "it would be masked (disguised_4xx) if a server failure below had turned into this refusal")
        case .callerLeft:
            RuleSentence(
                "the caller had gone away before there was an answer",
                "it would be judged by its answer if the caller had waited")
        default: nil
        }
    }

    private static func expected(_ rule: ChainRule) -> RuleSentence? {
        switch rule {
        case .markedExpected:
            RuleSentence(
                "a person marked this pattern as expected",
                "without that mark the rules would decide (DELETE /api/v1/feedback, or mark: none)")
        case .declaredExpected:
            RuleSentence(
                "the service itself declared this outcome as expected",
                "without its word the codes and statuses would decide")
        case .absenceUnderOK:
            RuleSentence(
                "\"not found\" is an answer to a question, and the caller went on well with it",
                "it would be a failure if a rule said that the thing must exist (must_exist)")
        case .conditionalWrite:
            RuleSentence(
                "the write was made under a condition, and the condition did not hold",
                "it would be suspect if the request had borne no condition")
        case .authenticationChallenge:
            RuleSentence(
                "the first request was asked to authenticate, and the next one was let in",
                "it would be suspect if no later request at the same target had succeeded")
        case .hedgeLoser:
            RuleSentence(
                "two calls ran for one answer, and this is the one that lost",
                "it would be a failure if no other call had won about when this one was given up")
        case .cancelledAfterAnswer:
            RuleSentence(
                "it was cancelled when its caller had its answer already",
                "it would be a failure if the caller had still been waiting")
        case .syntheticTraffic:
            RuleSentence(
                "the traffic is synthetic, shadow or a probe, and nobody waits for it",
                "the same failure in a real request would count")
        case .listedAsExpected:
            RuleSentence(
                "a rule of this installation lists the failure as expected (expected_failures)",
                "without that rule it would be judged like any other failure")
        default: nil
        }
    }

    private static func repaired(_ rule: ChainRule) -> RuleSentence? {
        switch rule {
        case .retrySaysCount:
            RuleSentence(
                "the successful attempt says itself that it was sent again",
                "it would be masked if the last attempt had failed")
        case .laterAttempt:
            RuleSentence(
                "a later attempt of the same call succeeded",
                "it would be masked if that attempt had failed, had run beside it, or had asked for something else"
            )
        case .retryBelowInstrumentation:
            RuleSentence(
                "one call reached several servers in turn, and the last of them answered well",
                "it would be masked if the last of them had failed")
        case .detachedAttempt:
            RuleSentence(
                "the same step of the same service succeeded not earlier, though a span between is missing",
                "the missing span would make this sure, or show that the two have nothing to do with each other")
        default: nil
        }
    }

    private static func softened(_ rule: ChainRule) -> RuleSentence? {
        switch rule {
        case .substitute:
            RuleSentence(
                "another peer was asked for the same thing afterwards, and answered",
                "it would be masked if that answer had failed, and recovered if it had come from the same peer")
        case .namedFallback:
            RuleSentence(
                "a span that calls itself a fallback stood in",
                "it would be masked if nothing had stood in for the failed call")
        case .cacheAfterFailure:
            RuleSentence(
                "a cache was read after the failure",
                "it would be masked if the cache were part of the route's ordinary way")
        case .staleAnswer:
            RuleSentence(
                "a stale answer was served, and says so",
                "it would be masked if nothing proved that the answer was a stale one")
        case .declaredPartial:
            RuleSentence(
                "the answer declares itself as partial",
                "it would be masked if the answer had passed for a whole one")
        case .defaultValue:
            RuleSentence(
                "a default value stood in",
                "it would be masked if nothing said that the value was a default")
        case .optionalRead:
            RuleSentence(
                "it was one of several parallel reads, and the others came through",
                "it would be masked if a rule listed this dependency as required")
        case .throttledAbsorbed:
            RuleSentence(
                "the call was throttled, and a later one of the same kind got through",
                "it would be masked if nothing had got through afterwards")
        case .slowAnswer:
            RuleSentence(
                "the answer came, but later than it should",
                "it would be clean if the answer had come within its limit")
        case .listedAsBestEffort:
            RuleSentence(
                "a rule of this installation lists the dependency as best effort",
                "without that rule the swallowed failure would be masked")
        default: nil
        }
    }

    private static func unusual(_ rule: ChainRule) -> RuleSentence? {
        switch rule {
        case .workStopped:
            RuleSentence(
                "after a weak sign of failure the steps did not come that usually follow",
                "it would be suspect if the usual steps had followed")
        case .vanishedHop:
            RuleSentence(
                "nothing failed visibly, but a step is missing that nearly all clean traces of the route take",
                "it would be clean if the step had come, or if clean traces of the route often did without it")
        case .errorPage:
            RuleSentence(
                "the answer looks like a page that stands in for an error, unlike those of the route's clean traces",
                "it would be clean if the route's usual steps were there and its answer were of the usual sort")
        case .unusualAnswer:
            RuleSentence(
                "the answer's size is far from all that is usual for the route",
                "it would be clean if answers of this size were usual, and masked if usual steps were missing as well")
        default: nil
        }
    }

    /// The last group names every case, so that a new rule can't go without a sentence.
    private static func rest(_ rule: ChainRule) -> RuleSentence {
        switch rule {
        case .markedReal:
            RuleSentence(
                "only weak signs speak of a failure, and a person marked this pattern as real",
                "without that mark it would be suspect")
        case .requiredRead:
            RuleSentence(
                "it was one of several reads, and a rule says that the answer is not whole without it",
                "without that rule it would be degraded (partial)")
        case .ackThenFailed:
            RuleSentence(
                "success was told first, and the work that was accepted failed afterwards",
                "it would be recovered if a later delivery or attempt had succeeded")
        case .fireAndForget:
            RuleSentence(
                "the work failed after the answer, and it is of a kind that nobody waits for",
                "it would be masked if it were work that the caller relies on")
        case .noRepair:
            RuleSentence(
                "nobody repaired it, nothing stood in for it, and the answer did not tell of it",
                "it would be recovered if a later attempt of the same call had succeeded, degraded if something had "
                    + "stood in, and failed if the edge had told")
        case .orderUnknown:
            RuleSentence(
                "the same step also succeeded, but nothing tells which of the two came first",
                "it would be recovered if the success came later, and masked if it came before")
        case .lossLeavesOpen:
            RuleSentence(
                "a call whose own span is missing may have been another attempt, a substitute or one of several reads",
                "it would be masked if that call had nothing to do with it; the missing span would tell")
        case .weakEvidence:
            RuleSentence(
                "only weak signs speak of a failure",
                "it would be masked with a second sign, such as a status ERROR or a server error code")
        case .edgeAnsweredFailure, .edgeAnsweredRefusal, .callerLeft, .declaredExpected, .absenceUnderOK,
            .conditionalWrite, .authenticationChallenge, .hedgeLoser, .cancelledAfterAnswer, .syntheticTraffic,
            .listedAsExpected, .retrySaysCount, .laterAttempt, .retryBelowInstrumentation, .detachedAttempt,
            .substitute, .namedFallback, .cacheAfterFailure, .staleAnswer, .declaredPartial, .defaultValue,
            .optionalRead, .throttledAbsorbed, .slowAnswer, .listedAsBestEffort, .workStopped, .vanishedHop,
            .errorPage, .unusualAnswer, .markedExpected:
            preconditionFailure("one of the groups before names it")
        }
    }
}

extension ChainRule {
    package init?(name: some StringProtocol) {
        guard let known = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = known
    }
}

import Testing
import TraceModel

@testable import Ingest

/// Marks that single attributes and headers leave on a span.
@Suite struct MarksTests {
    private static let marks: [([String: AttributeValue], Evidence)] = [
        (["http.response.header.cache-status": "edge; hit; stale"], .staleAnswer),
        (["http.response.header.cache_status": "edge; fwd=stale; fwd-status=503"], .staleAnswer),
        (
            [
                "http.response.header.cache-status": .list([
                    .string("\"x\";cache hit: 503 status; stale content returned")
                ])
            ], .staleAnswer
        ),
        (["http.response.header.warning": "110 cache \"Response is Stale\""], .staleAnswer),
        (["http.response.header.warning": "111 - \"Revalidation Failed\""], .staleAnswer),
        (["upstream_cache_status": "STALE"], .staleAnswer), (["fallback": true], .fallback),
        (["circuit_breaker.state": "OPEN"], .circuitOpen), (["feature_flag.result.reason": "error"], .defaultValue),
        (["http.request.header.range": "bytes=0-9"], .rangeRequest),
        (["http.response.header.content-range": "bytes 0-9/100"], .rangeRequest),
        (["http.request.header.if_match": "\"v1\""], .conditional),
        (["user_agent.original": "kube-probe/1.29"], .synthetic), (["user_agent.synthetic.type": "test"], .synthetic),
        (["http.url": "http://shop-shadow:80/a"], .synthetic), (["synthetic": "true"], .synthetic),
        (["messaging.destination.name": "orders-dlq"], .deadLetter),
        (["messaging.destination.name": "orders.DLT"], .deadLetter),
        (["messaging.destination.name": "dead-letters"], .deadLetter), (["messaging.system": "kafka"], .messaging),
        (["db.system": "redis"], [.database, .cacheOrObjectStore]), (["db.system": "mysql"], .database),
        (["aws.s3.bucket": "pictures"], .cacheOrObjectStore),
        (["server.address": "b.s3.eu-west-1.amazonaws.com"], .cacheOrObjectStore),
        (["server.address": "s3-eu-west-1.amazonaws.com"], .cacheOrObjectStore),
        (["server.address": "minio-2:9000"], .cacheOrObjectStore),
    ]

    @Test(arguments: marks)
    func anAttributeLeavesItsMark(attributes: [String: AttributeValue], mark: Evidence) {
        #expect(Reading.span(.client, attributes).evidence.isSuperset(of: mark))
    }

    private static let nearMisses: [([String: AttributeValue], Evidence)] = [
        (["http.response.header.cache-status": "edge; fwd=stale; fwd-status=304"], .staleAnswer),
        (["http.response.header.cache-status": "edge; hit; ttl=30"], .staleAnswer),
        (["http.response.header.warning": "199 - \"misc\""], .staleAnswer),
        (["upstream_cache_status": "HIT"], .staleAnswer),
        (["fallback": false], .fallback), (["circuit_breaker.state": "closed"], .circuitOpen),
        (["feature_flag.result.reason": "default"], .defaultValue), (["user_agent.original": "curl/8"], .synthetic),
        (["messaging.destination.name": "orders"], .deadLetter), (["db.system": "mysql"], .cacheOrObjectStore),
        (["messaging.destination.name": "headlines"], .deadLetter),
        (["server.address": "dominion.example"], .cacheOrObjectStore),
        (["server.address": "s3-team.example"], .cacheOrObjectStore),
    ]

    @Test(arguments: nearMisses)
    func aNearMissLeavesNone(attributes: [String: AttributeValue], mark: Evidence) {
        #expect(Reading.span(.client, attributes).evidence.isDisjoint(with: mark))
    }

    @Test(arguments: [
        ("4000", "max-age=60", true), ("61", "public, s-maxage=60, max-age=7200", true), (" 61 ", "MAX-AGE = 60", true),
        ("60", "max-age=60", false), ("4000", "no-store", false), ("old", "max-age=60", false),
        ("61", "max-age=x", false),
    ])
    func anAgeIsHeldAgainstTheAnswersOwnFreshness(age: String, control: String, isPast: Bool) {
        let span = Reading.span(
            .server,
            ["http.response.header.age": .list([.string(age)]), "http.response.header.cache_control": .string(control)])
        #expect(span.proxyFlags == (isPast ? .pastFreshness : []))
        #expect(!span.evidence.contains(.staleAnswer), "an old answer alone is no proof")
    }

    @Test func aCloudsLibraryCountsItsRetries() {
        #expect(Reading.span(.client, ["rpc.system": "aws-api", "retry_attempts": 2]).resends == 2)
    }

    @Test func readingADeadLetterIsARepair() {
        #expect(!Reading.span(.consumer, ["messaging.destination.name": "orders-dlq"]).evidence.contains(.deadLetter))
    }

    @Test func anOpenBreakerIsKnownByItsException() {
        let span = Reading.span(
            .internal, ["error.type": "io.github.resilience4j.circuitbreaker.CallNotPermittedException"]
        ) {
            $0.status = .error
        }
        #expect(span.evidence.contains(.circuitOpen))
    }

    @Test(arguments: [
        ("success", DeclaredOutcome.success), ("Partial", .partial), ("failure", .failure), ("expected", .expected),
        ("great", .none),
    ])
    func aServiceDeclaresItsOutcome(word: String, outcome: DeclaredOutcome) {
        let span = Reading.span(
            .server, ["unmask.outcome": .string(word), "unmask.outcome.reason": "no_stock", "http.status_code": 200])
        #expect(span.outcome == outcome)
        #expect(span.outcomeReason == (outcome == .none ? "" : "no_stock"))
    }

    @Test func anEventsOutcomeCountsOnlyWithoutACode() {
        #expect(Reading.span(.server, ["event.outcome": "failure"]).outcome == .failure)
        #expect(Reading.span(.server, ["event.outcome": "failure", "http.status_code": 200]).outcome == .none)
        #expect(Reading.span(.server, ["event.outcome": "failure", "rpc.grpc.status_code": 0]).outcome == .none)
    }

    @Test func theSizeOfAnAnswerIsRead() {
        #expect(Reading.span(.client, ["http.response.body.size": 1200]).answerBytes == 1200)
        #expect(Reading.span(.client, ["response_size": "26"]).answerBytes == 26)
        #expect(Reading.span(.client, ["response_size": -5]).answerBytes == 0)
    }

    @Test func aKindInATagIsAKind() {
        #expect(Reading.span(.unspecified, ["span.kind": "server"]).kind == .server)
        #expect(Reading.span(.unspecified).kind == .internal)
    }
}

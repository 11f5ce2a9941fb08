import Testing
import TraceModel

/// The contract's hard cases, told in the attributes of SDKs and gateways.
@Suite struct HardCaseTests {
    @Test func aRetryThatWorkedIsRecovered() throws {
        let verdict = try Story.verdict { story in
            story.span(1, "shop", .server, 0, 100, Story.edge(200))
            story.span(2, under: 1, "shop", .client, 10, 20, name: "GET", Story.call("pay", 503))
            story.span(
                3, under: 1, "shop", .client, 30, 40, name: "GET",
                Story.call("pay", 503, "GET", ["http.request.resend_count": 1]))
            story.span(
                4, under: 1, "shop", .client, 50, 60, name: "GET",
                Story.call("pay", 200, "GET", ["http.request.resend_count": 2]))
        }
        #expect(verdict == "recovered")
    }

    @Test func aGatewayThatTurnsAFailureIntoSuccessRewrote() throws {
        let verdict = try Story.verdict { story in
            story.span(
                1, "gate", .server, 0, 100,
                ["component": "proxy", "http.status_code": "200", "http.method": "GET", "http.url": "http://gate/buy"])
            story.span(
                2, under: 1, "gate", .client, 10, 20,
                ["component": "proxy", "upstream_cluster.name": "shop", "http.status_code": "503", "error": "true"])
        }
        #expect(verdict == "masked rewritten")
    }

    @Test(arguments: [
        ("UF,URX", "masked contradiction"), ("UT", "masked contradiction"), ("UC", "masked failed_after_headers"),
        ("UPE", "masked failed_after_headers"), ("DC", "aborted"), ("-", "clean"),
    ])
    func flagsOfEnvoyUnderA200(flags: String, verdict: String) throws {
        let got = try Story.verdict { story in
            story.span(
                1, "gate", .server, 0, 100,
                [
                    "component": "proxy", "http.status_code": "200", "http.method": "GET",
                    "http.url": "http://gate/buy", "response_flags": .string(flags),
                ])
        }
        #expect(got == verdict)
    }

    @Test func aCallerWhoLeftAborted() throws {
        let verdict = try Story.verdict { story in
            story.span(1, "shop", .server, 0, 100, Story.edge(499))
            story.span(
                2, under: 1, "shop", .client, 10, 99, name: "GET",
                ["http.request.method": "GET", "server.address": "pay", "error.type": "context canceled"]
            ) { $0.status = .error }
        }
        #expect(verdict == "aborted")
    }

    @Test func whatAnObjectStoreLacksIsExpected() throws {
        let verdict = try Story.verdict { story in
            story.span(1, "shop", .server, 0, 100, Story.edge(200))
            story.span(2, under: 1, "shop", .client, 10, 20, name: "GET", Story.call("s3.eu-west-1.amazonaws.com", 404))
        }
        #expect(verdict == "expected")
    }

    @Test func aServerFailureToldAs404IsDisguised() throws {
        let verdict = try Story.verdict { story in
            story.span(1, "shop", .server, 0, 100, Story.edge(404))
            story.span(2, under: 1, "shop", .client, 10, 20, name: "GET", Story.call("store", 503)) {
                $0.status = .error
            }
        }
        #expect(verdict == "masked disguised_4xx")
    }

    @Test func aTokenThatWasRefreshedIsExpected() throws {
        let verdict = try Story.verdict { story in
            story.span(1, "shop", .server, 0, 100, Story.edge(200))
            story.span(2, under: 1, "shop", .client, 10, 20, name: "GET", Story.call("pay", 401)) { $0.status = .error }
            story.span(
                3, under: 1, "shop", .client, 30, 40, name: "POST",
                Story.call("login", 200, "POST", ["url.path": "/token"]))
            story.span(4, under: 1, "shop", .client, 50, 60, name: "GET", Story.call("pay", 200))
        }
        #expect(verdict == "expected")
    }

    @Test(arguments: [
        (#"{"data":null,"errors":[{"message":"x"}]}"#, "masked protocol_200"),
        (#"{"data":{"a":1},"errors":[{"message":"x"}]}"#, "degraded partial"),
        (#"{"jsonrpc":"2.0","error":{"code":-32000}}"#, "masked protocol_200"),
        (#"{"success":false}"#, "masked business_error"),
        (#"{"status":"fail"}"#, "masked business_error"), (#"{"success":true}"#, "clean"),
    ])
    func aBodyThatSaysFailureUnderA200(body: String, verdict: String) throws {
        let got = try Story.verdict { story in
            story.span(1, "shop", .server, 0, 100, Story.edge(200, "POST", ["http.response.body": .string(body)]))
        }
        #expect(got == verdict)
    }

    @Test func aGRPCFailureBesideHTTP200IsHonestUntilAGatewayHidesIt() throws {
        let rpc: [String: AttributeValue] = [
            "rpc.system": "grpc", "rpc.service": "pay.Cards", "rpc.method": "Charge", "rpc.grpc.status_code": 13,
            "http.status_code": 200,
        ]
        #expect(try Story.verdict { $0.span(1, "pay", .server, 0, 100, rpc) } == "failed")
        let hidden = try Story.verdict { story in
            story.span(
                1, "gate", .server, 0, 100,
                [
                    "component": "proxy", "http.status_code": "200", "http.method": "POST",
                    "http.url": "http://gate/charge",
                ])
            story.span(
                2, under: 1, "gate", .client, 5, 95,
                ["component": "proxy", "upstream_cluster": "pay", "http.status_code": "200", "grpc.status_code": "13"])
            story.span(3, under: 2, "pay", .server, 10, 90, rpc)
        }
        #expect(hidden == "masked protocol_200")
    }

    @Test func aGRPCEdgeWithoutStatusIsUndetermined() throws {
        let verdict = try Story.verdict {
            $0.span(
                1, "pay", .server, 0, 9, ["rpc.system": "grpc", "rpc.service": "pay.Cards", "rpc.method": "Charge"])
        }
        #expect(verdict == "undetermined")
    }

    @Test func aStaleAnswerAfterAFailedRefreshIsDegraded() throws {
        let verdict = try Story.verdict { story in
            story.span(
                1, "gate", .server, 0, 100,
                Story.edge(
                    200, "GET",
                    [
                        "http.response.header.cache-status": .list([
                            .string("edge; fwd=stale; fwd-status=503; stored=?0")
                        ])
                    ]))
            story.span(2, under: 1, "gate", .client, 10, 20, name: "GET", Story.call("shop", 503)) {
                $0.status = .error
            }
        }
        #expect(verdict == "degraded stale")
    }

    @Test func aCallerThatTimedOutAndAskedItsFallbackIsDegraded() throws {
        let verdict = try Story.verdict { story in
            story.span(1, "shop", .server, 0, 400, Story.edge(200))
            story.span(
                2, under: 1, "shop", .client, 10, 110, name: "GET",
                [
                    "http.request.method": "GET", "server.address": "rank", "url.path": "/rank",
                    "error.type": "ReadTimeout",
                ]
            ) { $0.status = .error }
            story.span(3, under: 2, "rank", .server, 12, 300, Story.edge(200))
            story.span(
                4, under: 1, "shop", .client, 120, 130, name: "GET rank", ["db.system": "redis", "fallback": true])
        }
        #expect(verdict == "degraded fallback")
    }

    @Test func anAcceptedOrderWhoseMessageDiesIsMasked() throws {
        let verdict = try Story.verdict { story in
            story.span(1, "shop", .server, 0, 50, Story.edge(202, "POST"))
            story.span(
                2, under: 1, "shop", .producer, 10, 12,
                ["messaging.system": "kafka", "messaging.destination.name": "orders"])
            story.span(
                3, under: 2, "worker", .consumer, 60, 90,
                ["messaging.system": "kafka", "messaging.destination.name": "orders"]
            ) { $0.status = .error }
            story.span(
                4, under: 3, "worker", .producer, 85, 88,
                ["messaging.system": "kafka", "messaging.destination.name": "orders-dlq"])
        }
        #expect(verdict == "masked ack_then_failed")
    }

    @Test func aFailureAfterTheHeadersIsMasked() throws {
        let verdict = try Story.verdict { story in
            story.span(1, "shop", .server, 0, 50, Story.edge(200)) { $0.status = .error }
        }
        #expect(verdict == "masked failed_after_headers")
    }

    @Test(arguments: [401, 429, 404])
    func aRefusalWithNothingBrokenInsideIsRefused(code: Int64) throws {
        #expect(try Story.verdict { $0.span(1, "shop", .server, 0, 50, Story.edge(code)) } == "refused")
    }

    @Test func anExceptionThatWasHandledIsSuspect() throws {
        let verdict = try Story.verdict { story in
            story.span(1, "shop", .server, 0, 50, Story.edge(200))
            story.span(2, under: 1, "shop", .internal, 10, 20) {
                $0.events = [Reading.event("exception", ["exception.type": "KeyError"])]
            }
        }
        #expect(verdict == "suspect caught")
    }

    @Test func aSwallowedDatabaseErrorIsMasked() throws {
        let verdict = try Story.verdict { story in
            story.span(1, "shop", .server, 0, 50, Story.edge(200))
            story.span(
                2, under: 1, "shop", .client, 10, 20, name: "SELECT orders",
                ["db.system": "postgresql", "db.statement": "SELECT * FROM orders"]
            ) { $0.status = .error }
        }
        #expect(verdict == "masked caught")
    }

    @Test func theAuditThatFailedAfterTheOrderIsSuspect() throws {
        let verdict = try Story.verdict { story in
            story.span(1, "shop", .server, 0, 50, Story.edge(201, "POST"))
            story.span(2, under: 1, "shop", .client, 60, 70, name: "POST", Story.call("audit", 500, "POST")) {
                $0.status = .error
            }
        }
        #expect(verdict == "suspect fire_and_forget")
    }

    @Test func probesCountForNothing() throws {
        let verdict = try Story.verdict { story in
            story.span(1, "shop", .server, 0, 50, Story.edge(200, "GET", ["user_agent.original": "kube-probe/1.30"]))
            story.span(2, under: 1, "shop", .client, 10, 20, name: "GET", Story.call("pay", 500)) { $0.status = .error }
        }
        #expect(verdict == "expected")
    }

    @Test func aTrustedOKSuppressesTheSpansOwnError() throws {
        let verdict = try Story.verdict { story in
            story.span(1, "shop", .server, 0, 50, Story.edge(200))
            story.span(
                2, under: 1, "shop", .client, 10, 20, name: "GET",
                Story.call("pay", 404, "GET", ["otel.scope.name": "shop.stock"])
            ) { $0.status = .ok }
        }
        #expect(verdict == "clean")
    }
}

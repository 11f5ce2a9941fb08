import Foundation
import JSON
import Testing
import TraceModel
import Wire

/// What the collector adds to spans by itself, as section 7 of `proto/PROTOCOL.md` says.
@Suite struct DerivedFactsTests {
    /// Delivers one trace for each span and gives the API's documents, in order.
    private func documents(
        _ spans: [SpanDetail], _ collector: CollectorProcess
    ) throws -> [JSONValue] {
        let probe = try NativeProbe(greeting: collector)
        let traced = spans.map { span in
            var span = span
            span.traceID = SpanSamples.traceID()
            return span
        }
        #expect(try probe.deliver(traced, sequence: 1).acceptedSpans == UInt32(spans.count))
        return try traced.map { try #require(try collector.trace($0.traceID.description)) }
    }

    private func server(_ change: (inout SpanDetail) -> Void) -> SpanDetail {
        var span = SpanSamples.trace(TraceID(high: 1, low: 1), spans: 1)[0]
        change(&span)
        return span
    }

    private func marks(_ document: JSONValue) -> Set<String> {
        Set(document["spans"]?.array?.first?["evidence"]?.array?.compactMap(\.string) ?? [])
    }

    @Test func errorTypesAreUnderstood() throws {
        let types: [(String, Set<String>)] = [
            ("ValueError", ["errorType"]), ("ReadTimeout", ["errorType", "timedOut"]),
            ("context deadline exceeded", ["errorType", "timedOut"]),
            ("ConnectTimeoutError", ["errorType", "timedOut"]),
            ("java.net.ConnectException", ["errorType", "connectFailed"]),
            ("ECONNREFUSED", ["errorType", "connectFailed"]), ("dns", ["errorType", "connectFailed"]),
            ("SSLError", ["errorType", "tlsFailed"]), ("x509: expired", ["errorType", "tlsFailed"]),
            ("CancelledError", ["errorType", "cancelled"]),
        ]
        let collector = try CollectorProcess()
        let documents = try documents(types.map { type in server { $0.errorType = type.0 } }, collector)
        for (type, document) in zip(types, documents) { #expect(marks(document) == type.1, "\(type.0)") }
    }

    @Test func partialAnswersAreUnderstood() throws {
        let cases: [(UInt16, Evidence, Set<String>)] = [
            (200, [], []), (206, [], ["partialDeclared"]), (206, .rangeRequest, ["rangeRequest"]),
            (207, [], ["partialDeclared"]), (207, .rangeRequest, ["rangeRequest", "partialDeclared"]),
        ]
        let spans = cases.map { entry in
            server {
                $0.httpCode = entry.0
                $0.evidence = entry.1
            }
        }
        let collector = try CollectorProcess()
        for (entry, document) in zip(cases, try documents(spans, collector)) {
            #expect(marks(document) == entry.2, "\(entry)")
        }
    }

    @Test func pathsBecomeRoutes() throws {
        let paths: [(String, String)] = [
            ("/cart", "/cart"), ("/cart/17", "/cart/{}"), ("/cart?id=17", "/cart"), ("/a/b#c/d", "/a/b"),
            ("/v1/users/4f1c9a2b", "/v1/users/{}"), ("/u/6ba7b810-9dad-11d1-80b4-00c04fd430c8", "/u/{}"),
            ("/orders/order-20481", "/orders/{}"), ("/oauth2/token", "/oauth2/token"), ("/x/a%20b", "/x/{}"),
            ("/mail/a@example.org", "/mail/{}"), ("/day/2024-01-02/", "/day/{}/"), ("/facade", "/facade"),
            ("/" + String(repeating: "w", count: 41), "/{}"),
            ("/1/2/3/4/5/6/7/8/9/10/11/12/13", "/{}/{}/{}/{}/{}/{}/{}/{}/{}/{}/{}/..."),
        ]
        let spans =
            paths.map { path in server { $0.route = path.0 } }
            + [
                server {
                    $0.route = "/cart/17"
                    $0.routeIsTemplate = true
                }
            ]
        let collector = try CollectorProcess()
        let routes = try documents(spans, collector).map { $0["verdict"]?["edge"]?["route"]?.string }
        #expect(routes == (paths.map { "GET \($0.1)" } + ["GET /cart/17"]))
    }

    @Test func aServiceIsNamedByItsPlace() throws {
        let collector = try CollectorProcess()
        let spans = [
            server { $0.resource = SpanResource(service: "shop", namespace: "store", environment: "production") },
            server { $0.resource = SpanResource(service: "shop", environment: "production") },
            server { $0.resource = SpanResource(service: "shop") },
        ]
        let services = try documents(spans, collector).map { $0["verdict"]?["edge"]?["service"]?.string }
        #expect(services == ["production/store/shop", "production/shop", "shop"])
    }

    @Test func numbersBeyondTheirRangeCountAsNone() throws {
        let collector = try CollectorProcess()
        let probe = try NativeProbe(greeting: collector)
        let strange: [UInt32: [UInt8]] = Dictionary(
            uniqueKeysWithValues: [12, 13, 14, 15, 16, 20].map { ($0, BrokenBatch.numbers([1000, .max])) })
        probe.send(.batch, BrokenBatch.batch(strange))
        #expect(try probe.ack().acceptedSpans == 2)
        let spans = try collector.spans(of: "0102030405060708090a0b0c0d0e0f10")
        let span = try #require(spans.first)
        #expect(span["kind"]?.string == "unspecified" && span["status"]?.string == "unset")
        #expect(span["httpCode"]?.isNull == true && span["grpcCode"]?.isNull == true)
        #expect(span["method"]?.string == "OTHER" && span["outcome"]?.isNull == true)
    }
}

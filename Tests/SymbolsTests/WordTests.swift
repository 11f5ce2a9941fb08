import Symbols
import Testing
import TraceModel

@Suite struct HopWordsTests {
    @Test(
        arguments: [
            ("GET", "", [.bareName]), ("HTTP POST", "", [.bareName]), ("http send", "", [.bareName]),
            ("", "", [.bareName]),
            ("GET /a", "", []), ("checkout", "", []), ("getUser", "", []), ("posting", "", []),
            ("loadDefault", "", [.fallbackName]), ("prices.Fallback", "", [.fallbackName]),
            ("x", "eu-backup", [.fallbackName]),
            ("DefaultedPrices", "", []), ("write_audit_log", "", [.bestEffort]), ("x", "metrics:9090", [.bestEffort]),
            ("cacheWarmup", "", [.bestEffort, .cacheName]), ("GET price", "redis", [.cacheName]),
            ("cached", "", []), ("Grüße ÄpfelCache", "", [.cacheName]),
        ] as [(String, String, HopTraits)])
    func wordsGiveTraits(name: String, peer: String, traits: HopTraits) {
        #expect(HopWords.traits(name: name, peer: peer) == traits)
    }

    @Test(
        arguments: [
            ("/backup/charge/{id}", [.fallbackName, .bareName]), ("/audit/{}", [.bestEffort, .bareName]),
            ("/namespaces/default/pods", .bareName), ("/orders/tracking", .bareName),
        ] as [(String, HopTraits)])
    func aPathSaysLessThanAName(route: String, traits: HopTraits) {
        #expect(HopWords.traits(name: "POST", peer: "", route: route) == traits)
    }
}

@Suite struct PathReducerTests {
    @Test(arguments: [
        ("", ""), ("/", "/"), ("/a/b", "/a/b"), ("/users/42", "/users/{}"), ("/users/42/", "/users/{}/"),
        ("/v1/x", "/v1/x"), ("/oauth2/token", "/oauth2/token"), ("/a?b=1", "/a"), ("/a#b", "/a"), ("?x", ""),
        ("/o/550e8400-e29b-41d4-a716-446655440000", "/o/{}"), ("/d/2024-05-01", "/d/{}"), ("/ip/10.0.0.1", "/ip/{}"),
        ("/order-20481", "/{}"), ("/deadbeef", "/deadbeef"), ("/deadbeef1", "/{}"), ("/a%20b", "/{}"),
        ("/me@example.org/x", "/{}/x"), ("//", "//"), ("relative/7", "relative/{}"),
        ("/1/2/3/4/5/6/7/8/9/10/11/12/13", "/{}/{}/{}/{}/{}/{}/{}/{}/{}/{}/{}/..."),
        ("/" + String(repeating: "x", count: 41), "/{}"),
        ("/" + String(repeating: "x", count: 40), "/" + String(repeating: "x", count: 40)),
    ])
    func valuesBecomePlaceholders(path: String, reduced: String) {
        let bytes = Array(path.utf8).withUnsafeBufferPointer { PathReducer.reduce($0) }
        #expect(String(decoding: bytes, as: UTF8.self) == reduced)
    }

    @Test(arguments: ["/a/{id}/b", "/users/{}/x", "/v1/things"])
    func aReducedPathStays(path: String) {
        let bytes = Array(path.utf8).withUnsafeBufferPointer { PathReducer.reduce($0) }
        #expect(String(decoding: bytes, as: UTF8.self) == path)
    }
}

@Suite struct RouteShapeTests {
    @Test(arguments: [
        ("/items/{}", "/items/<cid>", true), ("/items/{}", "/items/{id}", true), ("/items/7", "/items/:id", true),
        ("/items/{}/", "/items/{id}", true), ("a.B/C", "a.B/C", true), ("/items", "/items/{id}", false),
        ("/items/{}", "/stock/<id>", false), ("", "", false), ("/", "/", false), ("/a/{b", "/a/x", false),
    ])
    func aPathFitsItsTemplate(path: String, template: String, isAlike: Bool) {
        let found = Array(path.utf8).withUnsafeBufferPointer { one in
            Array(template.utf8).withUnsafeBufferPointer { RouteShape.areAlike(one, $0) }
        }
        #expect(found == isAlike)
    }
}

@Suite struct ErrorWordsTests {
    @Test(
        arguments: [
            ("", []), ("500", []), ("java.lang.NullPointerException", []), ("ReadTimeout", .timedOut),
            ("timed_out", .timedOut),
            ("context deadline exceeded", .timedOut), ("ConnectTimeout", .timedOut),
            ("ConnectionRefusedError", .connectFailed),
            ("ECONNREFUSED", .connectFailed), ("java.net.UnknownHostException", .connectFailed),
            ("EAI_AGAIN", .connectFailed),
            ("javax.net.ssl.SSLHandshakeException", .tlsFailed),
            ("x509: certificate signed by unknown authority", .tlsFailed),
            ("asyncio.CancelledError", .cancelled), ("context canceled", .cancelled),
            ("TLS connect error", [.tlsFailed, .connectFailed]),
        ] as [(String, Evidence)])
    func typesSpeakOfTheirNature(type: String, evidence: Evidence) {
        let found = Array(type.utf8).withUnsafeBufferPointer { ErrorWords.evidence($0) }
        #expect(found == evidence.union(.errorType))
    }
}

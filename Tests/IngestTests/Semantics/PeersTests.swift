import Testing
import TraceModel

@Suite struct PeersTests {
    private static let peers: [([String: AttributeValue], String)] = [
        (["service.peer.name": "pay", "peer.service": "old", "server.address": "h"], "pay"),
        (["peer.service": "pay", "server.address": "h"], "pay"),
        (["server.address": "h", "server.port": 80, "net.peer.name": "n"], "h:80"),
        (["server.address": "h:80", "server.port": 80], "h:80"), (["net.peer.name": "n"], "n"),
        (["url.full": "https://user:word@api.pay:8443/v1?x=1"], "api.pay:8443"), (["http.url": "http://api/"], "api"),
        (["db.system": "postgresql", "db.name": "orders"], "postgresql/orders"), (["db.system.name": "redis"], "redis"),
        (["messaging.destination.name": "mails"], "mails"),
        (["upstream_cluster": "c", "upstream_cluster.name": "d"], "d"),
        ([:], ""),
    ]

    @Test(arguments: peers)
    func theBestNameOfAPeerIsTaken(attributes: [String: AttributeValue], peer: String) {
        #expect(Reading.span(.client, attributes).peer == peer)
    }

    @Test func aGatewaysClusterIsWhomItCalledAndItsURLIsItself() {
        let span = Reading.span(.client, ["upstream_cluster.name": "pay", "http.url": "http://gateway/pay"])
        #expect(span.peer == "pay")
    }

    @Test func aServerHasNoPeer() {
        #expect(Reading.span(.server, ["server.address": "me", "net.peer.name": "caller"]).peer.isEmpty)
    }
}

package import HTTP
package import Kernel
import UnmaskClient

/// A gateway, a BFF, a stock and a payment service, which talk to each other over HTTP and report to a collector
/// through the client library. Two of them are dishonest, as services are: the BFF answers with an empty shelf when
/// the stock service fails, and the payment service declines inside a 200.
package final class ExampleShop: Sendable {
    private let tracers: [UnmaskTracer]
    private let services: [Service]
    private let gateway: String

    package init(collector: SocketAddress, token: String = "") throws {
        var tracers: [UnmaskTracer] = []
        func tracer(_ name: String) -> UnmaskTracer {
            let identity = ServiceIdentity(name: name, namespace: "example", environment: "demo")
            let address = CollectorAddress.tcp(collector.host, port: collector.port)
            let made = UnmaskTracer(ClientSettings(service: identity, collectors: [address], token: token))
            tracers.append(made)
            return made
        }
        let stock = try Service(tracer("stock"), [Route("GET", "/stock/{id}", Self.stock)])
        let payment = try Service(tracer("payment"), [Route("GET", "/quotes/{id}", Self.quote)])
        let stockPeer = Peer("stock", url: stock.url, contract: ResponseContract(requiredFields: ["pieces"]))
        let paymentPeer = Peer("payment", url: payment.url)
        let bff = try Service(
            tracer("bff"), [Route("GET", "/cart/{id}") { Self.cart($0, stockPeer, paymentPeer) }])
        let bffPeer = Peer("bff", url: bff.url)
        let gateway = try Service(
            tracer("gateway"), [Route("GET", "/shop/cart/{id}") { Self.forward($0, to: bffPeer) }])
        self.tracers = tracers
        services = [gateway, bff, payment, stock]
        self.gateway = gateway.url
    }

    /// One customer's request; the trouble is in the number. Says what the customer was told.
    package func visit(_ number: Int) throws(HTTPError) -> Int {
        try HTTPClient(timeoutMilliseconds: 5000).get("\(gateway)/shop/cart/\(number)").status
    }

    package func stop() {
        for service in services { service.stop() }
        for tracer in tracers { tracer.shutdownBlocking(within: .seconds(2)) }
    }

    /// Every tenth cart finds the database slow to answer.
    private static func stock(_ request: HTTPRequest) -> HTTPResponse {
        let number = Int(request.parameters["id"] ?? "") ?? 0
        return withSpan("SELECT pieces", kind: .client) { span in
            span[.dbSystem] = "postgresql"
            span[.dbNamespace] = "stock"
            span[.dbQuerySummary] = "SELECT pieces"
            guard number % 10 == 3 else { return json(#"{"pieces": \#(number % 7 + 1)}"#) }
            span.setStatus(.error(message: "canceling statement due to statement timeout"))
            span[.errorType] = "57014"
            return json(#"{"title": "the shelf can't be seen"}"#, status: 500)
        }
    }

    /// Every tenth cart is declined, in an envelope that says so under a 200.
    private static func quote(_ request: HTTPRequest) -> HTTPResponse {
        let number = Int(request.parameters["id"] ?? "") ?? 0
        return number % 10 == 7 ? json(#"{"result": "declined"}"#) : json(#"{"result": "accepted", "price": 1250}"#)
    }

    /// Takes whatever it gets and says 200: the failure is swallowed here.
    private static func cart(_ request: HTTPRequest, _ stock: Peer, _ payment: Peer) -> HTTPResponse {
        let id = request.parameters["id"] ?? ""
        let pieces = try? stock.get("/stock/\(id)")
        let quote = try? payment.get("/quotes/\(id)")
        let lines = pieces?.status == 200 ? "[\(String(decoding: pieces?.body ?? [], as: UTF8.self))]" : "[]"
        return json(#"{"items": \#(lines), "isPriced": \#(quote?.status == 200)}"#)
    }

    private static func forward(_ request: HTTPRequest, to bff: Peer) -> HTTPResponse {
        guard let answer = try? bff.get("/cart/\(request.parameters["id"] ?? "")") else {
            return json(#"{"title": "the shop is closed"}"#, status: 502)
        }
        return json(String(decoding: answer.body, as: UTF8.self), status: answer.status)
    }

    private static func json(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: Array(text.utf8))
    }
}

package import TraceModel

/// One operation of a service of the invented shop.
package struct WorldRoute: Hashable, Sendable {
    package var service: String
    package var method: RequestMethod
    /// Template or RPC method.
    package var template: String
    /// What a caller without templates makes of the path.
    package var reduced: String
    package var isRPC: Bool
    package var port: Int

    package var peer: String {
        let name = service.split(separator: "/").last.map(String.init) ?? service
        return "\(name):\(port)"
    }

    /// Another place that answers the same operation.
    var spare: String { peer.replacing(":", with: "-spare:") }

    /// What the words of the operation mean beyond its protocol.
    var traits: HopTraits { self == WorldShop.audit ? .bestEffort : [] }

    static func http(_ service: String, _ method: RequestMethod, _ template: String, _ reduced: String) -> WorldRoute {
        WorldRoute(service: service, method: method, template: template, reduced: reduced, isRPC: false, port: 8080)
    }

    static func rpc(_ service: String, _ name: String) -> WorldRoute {
        WorldRoute(service: service, method: .none, template: name, reduced: name, isRPC: true, port: 50051)
    }
}

/// The shop that all worlds are about. Ordinary steps and steps in trouble use different services, so that nothing
/// looks like a second attempt by accident.
enum WorldShop {
    static let browser = "web/browser"
    static let page = WorldRoute.http("web/shop", .get, "/shop", "/shop")
    static let gateway = "edge/gateway"
    static let front = "shop/bff"

    static let frontRoutes = [
        WorldRoute.http(front, .get, "/products/{id}", "/products/*"),
        WorldRoute.http(front, .get, "/basket", "/basket"),
        WorldRoute.http(front, .get, "/home", "/home"),
    ]
    static let frontWrite = WorldRoute.http(front, .post, "/orders", "/orders")
    static let frontGraph = WorldRoute.http(front, .post, "/graphql", "/graphql")

    static let middle = [
        WorldRoute.http("shop/assortment", .get, "/assortment/{id}", "/assortment/*"),
        WorldRoute.rpc("shop/basket", "shop.Basket/Show"),
        WorldRoute.http("shop/offers", .get, "/offers/{id}", "/offers/*"),
    ]
    static let ordinary = [
        WorldRoute.http("shop/catalog", .get, "/items/{id}", "/items/*"),
        WorldRoute.rpc("shop/pricing", "shop.Pricing/Quote"),
        WorldRoute.http("shop/profile", .get, "/profiles/{id}", "/profiles/*"),
    ]
    static let troubled = [
        WorldRoute.http("shop/stock", .get, "/stock/{sku}", "/stock/*"),
        WorldRoute.rpc("shop/reviews", "shop.Reviews/List"),
        WorldRoute.http("shop/payments", .post, "/payments", "/payments"),
        WorldRoute.rpc("shop/shipping", "shop.Shipping/Estimate"),
        WorldRoute.http("shop/vouchers", .get, "/vouchers/{code}", "/vouchers/*"),
        WorldRoute.rpc("shop/loyalty", "shop.Loyalty/Points"),
    ]
    static let reads = (1...5).map { WorldRoute.http("shop/tile\($0)", .get, "/tiles/\($0)/{id}", "/tiles/\($0)/*") }
    static let token = WorldRoute.http("shop/auth", .post, "/token", "/token")
    static let audit = WorldRoute.http("shop/audit", .post, "/audit", "/audit")
    static let files = WorldRoute.http("store/files", .get, "/objects/{key}", "/objects/*")
    static let edgeRPC = WorldRoute.rpc("shop/checkout", "shop.Checkout/Place")
    static let consumer = "shop/mailer"
    static let topic = "orders.placed"
    static let database = "postgresql/shop"
    static let cache = "redis/sessions"
    static let words = [
        "SELECT items", "SELECT orders", "UPDATE stock", "GET session", "GET last-known", "render", "work",
        "publish orders.placed", "process orders.placed", "http send", "OSError", "TimeoutError", "ValueError",
        "ConnectionRefusedError",
    ]

    static var routes: [WorldRoute] {
        frontRoutes + [frontWrite, frontGraph, token, audit, files, edgeRPC, page] + middle + ordinary + troubled
            + reads
    }
}

/// The worlds' own symbol table, fixed for ever so that facts from two processes agree.
package enum WorldSymbols {
    /// Numbers from two on; zero is the empty string and one the overflow.
    private static let strings: [String] = {
        let services = WorldShop.routes.map(\.service) + [WorldShop.browser, WorldShop.gateway, WorldShop.consumer]
        var all = services + services.flatMap { [instance($0, 1), instance($0, 2)] }
        for route in WorldShop.routes {
            all += [route.template, route.reduced, route.peer, route.spare, route.method.name, serverName(route)]
        }
        all += [WorldShop.topic, WorldShop.database, WorldShop.cache] + WorldShop.words
        var seen: Set<String> = [""]
        return all.filter { seen.insert($0).inserted }
    }()
    private static let numbers = Dictionary(uniqueKeysWithValues: strings.enumerated().map { ($1, UInt32($0) + 2) })

    package static func symbol(_ string: String) -> Symbol {
        guard let number = numbers[string] else {
            precondition(string.isEmpty, "no symbol for \(string)")
            return .empty
        }
        return Symbol(number)
    }

    package static func string(_ symbol: Symbol) -> String {
        let index = Int(symbol.raw) - 2
        return strings.indices.contains(index) ? strings[index] : ""
    }

    static func instance(_ service: String, _ number: Int) -> String { "\(service)-\(number)" }

    static func serverName(_ route: WorldRoute) -> String {
        route.isRPC ? route.template : "\(route.method.name) \(route.template)"
    }
}

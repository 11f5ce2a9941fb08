package import Findings
package import HTTP
import JSON
package import Symbols

/// Which services there are, and what part they have in what is hidden. Any thread.
package struct ServiceDesk: Sendable {
    private let book: FindingsBook
    private let tally: ServiceTally

    package init(book: FindingsBook, hops: HopTable, symbols: SymbolTable) {
        self.book = book
        tally = ServiceTally(hops: hops, symbols: symbols)
    }

    package func addRoutes(to router: inout Router) {
        router.add("GET", "/api/v1/services") { $0.answering(list) }
    }

    private struct Service {
        var edgeRoutes = 0
        var masks = 0.0
        var originates = 0.0
        var hops = 0
        var lastNanoseconds: UInt64 = 0
    }

    /// In the order of their names, which is also what a cursor is.
    private func list(_ request: HTTPRequest) throws(ParameterMistake) -> HTTPResponse {
        let parameters = try RequestParameters(request, ["text", "limit", "cursor"])
        let limit = try parameters.limit(default: RequestParameters.limitMax)
        let needle = parameters.text("text").map { TextNeedle($0) }
        let after = parameters.text("cursor")
        let found = services().filter { name, _ in
            !name.isEmpty && (needle?.isFound(in: name) ?? true) && (after.map { name > $0 } ?? true)
        }.sorted { $0.key < $1.key }
        let page = found.prefix(limit)
        return ListAnswer.page(page, next: found.count > limit ? page.last?.key : nil) { writer, entry in
            let (name, service) = entry
            writer.object { writer in
                writer.field("service", name)
                writer.field("edgeRoutes", service.edgeRoutes)
                writer.field("masks", service.masks)
                writer.field("originates", service.originates)
                writer.field("hops", service.hops)
                let last = service.lastNanoseconds
                writer.field("lastSeen", last == 0 ? nil : UTCTime(nanoseconds: last))
            }
        }
    }

    private func services() -> [String: Service] {
        var services: [String: Service] = [:]
        for (name, steps) in tally.steps() { services[name, default: Service()].hops = steps }
        func note(_ name: String, _ last: UInt64, _ change: (inout Service) -> Void) {
            var service = services[name] ?? Service()
            change(&service)
            service.lastNanoseconds = max(service.lastNanoseconds, last)
            services[name] = service
        }
        for route in book.routes.snapshot() where !route.isOverflow {
            note(route.service, route.lastNanoseconds) { $0.edgeRoutes += 1 }
        }
        for pattern in book.patterns.snapshot() {
            let last = pattern.lastSeenNanoseconds
            note(pattern.names.maskService, last) { $0.masks += pattern.weight }
            note(pattern.names.originName, last) { $0.originates += pattern.weight }
        }
        return services
    }
}

package import TraceModel

/// The symbol table of a test: numbers names as they come and says the name of a number again.
package final class TestSymbols {
    private var names = ["", "<overflow>"]
    private var numbers: [String: UInt32] = ["": 0]

    private var hops: [Hop: UInt32] = [:]

    package init() {}

    /// The same hop has the same number, as in a collector's table.
    package func number(of hop: Hop) -> HopID {
        if let number = hops[hop] { return HopID(number) }
        let number = UInt32(hops.count + 16)
        hops[hop] = number
        return HopID(number)
    }

    package subscript(name: String) -> Symbol {
        if let number = numbers[name] { return Symbol(number) }
        let number = UInt32(names.count)
        numbers[name] = number
        names.append(name)
        return Symbol(number)
    }

    package func name(_ symbol: Symbol) -> String { names[Int(symbol.raw)] }

    /// Reads an operation as receivers would: `GET /a/{b}` is a template, `GET /a/b` a reduced path, `a.B/C` an RPC
    /// method, `GET` a name that says nothing, and all else a name.
    package func hop(_ kind: SpanKind, service: String, operation: String, peer: String) -> Hop {
        var hop = Hop(service: self[service], name: self[operation], peer: self[peer], kind: kind)
        let parts = operation.split(separator: " ", maxSplits: 1).map(String.init)
        let method = RequestMethod(name: parts.first ?? "")
        if method != .none && method != .other {
            hop.method = method
            if parts.count == 2 {
                hop.route = self[parts[1]]
                if kind == .server || parts[1].contains("{") { hop.traits.insert(.template) }
            } else {
                hop.traits.insert(.bareName)
            }
        } else if operation.contains("/"), operation.contains("."), kind == .client || kind == .server {
            hop.route = self[operation]
            hop.traits.formUnion([.rpc, .template])
        }
        if operation.contains("fallback") || peer.contains("backup") { hop.traits.insert(.fallbackName) }
        if operation.contains("audit") || peer.contains("audit") { hop.traits.insert(.bestEffort) }
        if operation.contains("cache") { hop.traits.insert(.cacheName) }
        return hop
    }
}

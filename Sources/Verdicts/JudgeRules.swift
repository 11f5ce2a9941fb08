package import TraceModel

/// What configuration may change about judging. Names are symbols; order and repetition mean nothing.
package struct JudgeRules: Sendable, Hashable {
    /// Services whose topmost SERVER spans answer an outside caller, wherever they stand.
    package var edgeServices: Set<Symbol>
    /// Services that forward and do not think.
    package var gatewayServices: Set<Symbol>
    /// Services, peers, routes and names whose late failure hurts nobody.
    package var bestEffort: Set<Symbol>
    /// Peers, routes and names that an answer is not whole without.
    package var required: Set<Symbol>
    /// Peers, routes and names where "not found" is a failure.
    package var mustExist: Set<Symbol>
    /// Answers that are listed as expected.
    package var expected: Set<ExpectedAnswer>

    package init(
        edgeServices: Set<Symbol> = [], gatewayServices: Set<Symbol> = [], bestEffort: Set<Symbol> = [],
        required: Set<Symbol> = [], mustExist: Set<Symbol> = [], expected: Set<ExpectedAnswer> = []
    ) {
        self.edgeServices = edgeServices
        self.gatewayServices = gatewayServices
        self.bestEffort = bestEffort
        self.required = required
        self.mustExist = mustExist
        self.expected = expected
    }
}

/// One listed answer: this code from a peer, route or name with this symbol.
package struct ExpectedAnswer: Sendable, Hashable {
    package var target: Symbol
    /// An HTTP code; 0 stands for any answer.
    package var httpCode: UInt16

    package init(target: Symbol, httpCode: UInt16 = 0) {
        self.target = target
        self.httpCode = httpCode
    }
}

extension Set<Symbol> {
    /// A list names a step by its service, its peer, its route or its name.
    func names(_ hop: Hop) -> Bool {
        !isEmpty && (contains(hop.peer) || contains(hop.route) || contains(hop.name) || contains(hop.service))
    }

    /// As `names`, but for lists that speak of what is asked for and not of who asks.
    func namesTarget(_ hop: Hop) -> Bool {
        !isEmpty && (contains(hop.peer) || contains(hop.route) || contains(hop.name))
    }
}

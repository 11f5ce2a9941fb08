package import TraceModel

/// What configuration may change about judging. Names are symbols; order and repetition mean nothing.
package struct JudgeRules: Sendable, Hashable {
    /// Services whose topmost SERVER spans answer an outside caller, wherever they stand.
    package var edgeServices: Set<Symbol>
    /// Services that forward and do not think.
    package var gatewayServices: Set<Symbol>
    /// Services, peers, routes and names whose failure hurts nobody.
    package var bestEffort: Set<Symbol>
    /// Peers, routes and names that an answer is not whole without.
    package var required: Set<Symbol>
    /// Services, peers, routes and names where "not found" is a failure.
    package var mustExist: Set<Symbol>
    /// Answers that are listed as expected, by what they name.
    package let expected: [Symbol: [ExpectedAnswer]]
    /// How long an answer may take before it is slow.
    package let objectives: [ObjectiveKey: UInt64]
    /// No answer that took less is slow.
    package let objectiveNanosecondsMin: UInt64
    /// Which routes may be names of one path.
    package var shapes = RouteShapes.exact

    package init(
        edgeServices: Set<Symbol> = [], gatewayServices: Set<Symbol> = [], bestEffort: Set<Symbol> = [],
        required: Set<Symbol> = [], mustExist: Set<Symbol> = [], expected: Set<ExpectedAnswer> = [],
        objectives: [ObjectiveKey: UInt64] = [:]
    ) {
        self.edgeServices = edgeServices
        self.gatewayServices = gatewayServices
        self.bestEffort = bestEffort
        self.required = required
        self.mustExist = mustExist
        self.expected = Dictionary(grouping: expected, by: \.target)
        self.objectives = objectives
        objectiveNanosecondsMin = objectives.values.min() ?? .max
    }

    /// The objective of an edge: the one that says most of it.
    package func objective(service: Symbol, method: RequestMethod, template: Symbol) -> UInt64? {
        guard !objectives.isEmpty else { return nil }
        return objectives[ObjectiveKey(service: service, method: method, template: template)]
            ?? objectives[ObjectiveKey(service: service, template: template)]
            ?? objectives[ObjectiveKey(method: method, template: template)]
            ?? objectives[ObjectiveKey(template: template)]
    }
}

/// A route, of one service and method or of any.
package struct ObjectiveKey: Sendable, Hashable {
    /// Empty for any.
    package var service: Symbol
    /// `none` for any.
    package var method: RequestMethod
    package var template: Symbol

    package init(service: Symbol = .empty, method: RequestMethod = .none, template: Symbol) {
        self.service = service
        self.method = method
        self.template = template
    }
}

/// One listed answer: this code from a service, peer, route or name with this symbol.
package struct ExpectedAnswer: Sendable, Hashable {
    package var target: Symbol
    /// Beside the target this route or name, too; empty for any.
    package var route: Symbol
    /// `none` for any.
    package var method: RequestMethod
    /// An HTTP code; 0 stands for any answer.
    package var httpCode: UInt16
    /// A gRPC code; nil for any answer.
    package var grpcCode: GRPCCode?
    /// What kind of failure it began with; nil for any.
    package var originClass: OriginClass?

    package init(
        target: Symbol, route: Symbol = .empty, method: RequestMethod = .none, httpCode: UInt16 = 0,
        grpcCode: GRPCCode? = nil, originClass: OriginClass? = nil
    ) {
        self.target = target
        self.route = route
        self.method = method
        self.httpCode = httpCode
        self.grpcCode = grpcCode
        self.originClass = originClass
    }

    func matches(_ span: SpanFacts, _ originClass: OriginClass) -> Bool {
        let hop = span.hop
        if let wanted = self.originClass, wanted != originClass { return false }
        if let wanted = grpcCode, wanted != span.grpcCode { return false }
        // Beside a gRPC status the HTTP code is only the envelope.
        if httpCode != 0, span.httpCode != httpCode || span.grpcCode != nil { return false }
        if !route.isEmpty, hop.route != route, hop.name != route { return false }
        return method == .none || hop.method == method
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

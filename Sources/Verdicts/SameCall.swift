import TraceModel

/// When two spans are the same step, compared like with like.
extension TraceTree {
    /// What a span says of itself that it does: the first source that says it, and what it says.
    struct Operation: Equatable {
        enum Source: UInt8 {
            case template
            case reducedPath
            case name
            case none
        }

        var source: Source
        var symbol: Symbol

        var isRoute: Bool { source == .template || source == .reducedPath }
    }

    func operation(_ node: Int32) -> Operation {
        let hop = hop(node)
        if !hop.route.isEmpty {
            return Operation(source: hop.traits.contains(.template) ? .template : .reducedPath, symbol: hop.route)
        }
        if hop.traits.contains(.bareName) || hop.name.isEmpty { return Operation(source: .none, symbol: .empty) }
        return Operation(source: .name, symbol: hop.name)
    }

    func serverRoute(below node: Int32) -> Symbol? {
        guard kind(node) == .client else { return nil }
        let child = firstChild(node)
        guard child >= 0, kind(child) == .server, !hop(child).route.isEmpty else { return nil }
        return hop(child).route
    }

    /// The span says more of itself than a method, or its callee does.
    func hasOperation(_ node: Int32) -> Bool { operation(node).source != .none || serverRoute(below: node) != nil }

    /// Compared like with like: own routes of one sort, else the callees' where both have one, else names.
    func isSameOperation(_ left: Int32, _ right: Int32) -> Bool {
        if let isSame = isSameRoute(left, right) { return isSame }
        let one = operation(left)
        return one.source == .name && one == operation(right)
    }

    /// Nil where there is nothing to compare.
    func isSameRoute(_ left: Int32, _ right: Int32) -> Bool? {
        let one = operation(left)
        let other = operation(right)
        if one.isRoute, one.source == other.source { return one.symbol == other.symbol }
        guard let route = serverRoute(below: left), let otherRoute = serverRoute(below: right) else { return nil }
        return route == otherRoute
    }

    /// Same kind, method, peer and operation; a callee's or consumer's service belongs to it too.
    func isSameStep(_ left: Int32, _ right: Int32) -> Bool {
        isSameTarget(left, right) && isSameOperation(left, right)
    }

    private func isSameTarget(_ left: Int32, _ right: Int32) -> Bool {
        let one = hop(left)
        let other = hop(right)
        return one.kind == other.kind && one.method == other.method && one.peer == other.peer
            && one.service == other.service
    }

    /// Says the same of itself: steps that the callees may still tell apart.
    func looksLikeSameStep(_ left: Int32, _ right: Int32) -> Bool {
        isSameTarget(left, right) && operation(left) == operation(right)
    }

    /// Sorts a family so that what may be attempts of one call stands together, in the order in which it was made.
    func attemptPrecedes(_ left: Int32, _ right: Int32) -> Bool {
        let one = hop(left)
        let other = hop(right)
        if one.kind != other.kind { return one.kind.rawValue < other.kind.rawValue }
        if one.method != other.method { return one.method.rawValue < other.method.rawValue }
        if one.peer != other.peer { return one.peer.raw < other.peer.raw }
        if one.service != other.service { return one.service.raw < other.service.raw }
        let oneOperation = operation(left)
        let otherOperation = operation(right)
        if oneOperation.source != otherOperation.source {
            return oneOperation.source.rawValue < otherOperation.source.rawValue
        }
        if oneOperation.symbol != otherOperation.symbol {
            return oneOperation.symbol.raw < otherOperation.symbol.raw
        }
        return isEarlierAttempt(left, right)
    }

    /// By what answered: spans without an answer come first.
    func answererPrecedes(_ left: Int32, _ right: Int32) -> Bool {
        let one = serverRoute(below: left)?.raw ?? 0
        let other = serverRoute(below: right)?.raw ?? 0
        return one != other ? one < other : isEarlierAttempt(left, right)
    }

    private func isEarlierAttempt(_ left: Int32, _ right: Int32) -> Bool {
        let one = spans[Int(self[left].source)]
        let other = spans[Int(self[right].source)]
        if one.resends != other.resends { return one.resends < other.resends }
        // Times of two processes are not compared; the order between processes is only a fixed one.
        if one.instance != other.instance { return one.instance.raw < other.instance.raw }
        if one.startNanoseconds != other.startNanoseconds { return one.startNanoseconds < other.startNanoseconds }
        return left < right
    }

    /// "Not found" and its kin, where asking was the point.
    func isAbsence(_ node: Int32) -> Bool {
        let span = span(node)
        if let code = span.grpcCode { return code == .notFound || code == .alreadyExists }
        switch span.httpCode {
        case 304, 404, 410, 412, 416:
            return span.hop.method.isSafe || self[node].evidence.contains(.cacheOrObjectStore)
        default: return false
        }
    }
}

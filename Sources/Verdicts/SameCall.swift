import TraceModel

/// When two spans are the same step, compared like with like.
extension TraceTree {
    /// What a span does, in numbers: the first source that says it, and what it says. Two steps are the same only if
    /// the same source says the same.
    struct Operation: Equatable {
        enum Source: UInt8 {
            case template
            case reducedPath
            case serverRoute
            case name
            case none
        }

        var source: Source
        var symbol: Symbol
    }

    func operation(_ node: Int32) -> Operation {
        let hop = hop(node)
        if !hop.route.isEmpty {
            return Operation(source: hop.traits.contains(.template) ? .template : .reducedPath, symbol: hop.route)
        }
        if let route = serverRoute(below: node) { return Operation(source: .serverRoute, symbol: route) }
        if hop.traits.contains(.bareName) || hop.name.isEmpty { return Operation(source: .none, symbol: .empty) }
        return Operation(source: .name, symbol: hop.name)
    }

    private func serverRoute(below node: Int32) -> Symbol? {
        guard kind(node) == .client else { return nil }
        let child = firstChild(node)
        guard child >= 0, kind(child) == .server, !hop(child).route.isEmpty else { return nil }
        return hop(child).route
    }

    /// The span says more of itself than a method.
    func hasOperation(_ node: Int32) -> Bool { operation(node).source != .none }

    func isSameOperation(_ left: Int32, _ right: Int32) -> Bool {
        let one = operation(left)
        return one.source != .none && one == operation(right)
    }

    /// Same kind, method, peer and operation; a callee's or consumer's service belongs to it too.
    func isSameStep(_ left: Int32, _ right: Int32) -> Bool {
        let one = hop(left)
        let other = hop(right)
        guard one.kind == other.kind, one.method == other.method, one.peer == other.peer else { return false }
        return one.service == other.service && operation(left) == operation(right)
    }

    /// Sorts a family so that the attempts of one call stand together, in the order in which they were made.
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

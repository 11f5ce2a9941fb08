/// Lets equal names share their bytes. Findings of one service repeat the same seven names for ever, and each copy of
/// a name longer than 15 bytes is an allocation of its own: 200,000 findings take a third of the memory this way.
struct NamePool {
    /// Names that come and go must not stay: the pool starts again at this size, at the cost of some double copies.
    static let namesMax = 100_000
    private var names: Set<String> = []

    mutating func share(_ finding: inout Finding) {
        share(&finding.edgeService)
        share(&finding.edgeRoute)
        share(&finding.maskService)
        share(&finding.maskOperation)
        share(&finding.originService)
        share(&finding.originOperation)
        share(&finding.originClass)
        share(&finding.patternAlias)
    }

    private mutating func share(_ name: inout String) {
        // Up to 15 bytes lie in the string itself.
        guard name.utf8.count > 15 else { return }
        if names.count >= Self.namesMax { names.removeAll(keepingCapacity: true) }
        name = names.insert(name).memberAfterInsert
    }
}

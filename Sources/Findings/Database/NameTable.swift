import TraceModel

/// The names of an enum's cases, both ways. `"\(case)"` goes through reflection, and reading a name back tries every
/// case: together some microseconds for each row, where these tables take some nanoseconds.
struct NameTable<Case: Hashable & Sendable>: Sendable {
    private let names: [Case: String]
    private let cases: [String: Case]

    init(_ all: some Collection<Case>, _ name: (Case) -> String) {
        names = Dictionary(uniqueKeysWithValues: all.map { ($0, name($0)) })
        cases = Dictionary(uniqueKeysWithValues: all.map { (name($0), $0) })
    }

    /// Every case is in the table, since it is made of all of them.
    subscript(_ value: Case) -> String { names[value] ?? "" }
    subscript(named name: String) -> Case? { cases[name] }
}

enum Names {
    static let verdicts = NameTable(VerdictKind.allCases, \.name)
    static let states = NameTable(VerdictState.allCases, \.name)
    static let confidences = NameTable(Confidence.allCases, \.name)
    static let dispositions = NameTable(Disposition.allCases, \.name)
    static let spanKinds = NameTable(SpanKind.allCases, \.description)
    static let kinds = NameTable(MaskKind.allCases, \.name)
    static let grpcCodes = NameTable(GRPCCode.allCases, \.name)
}

import Findings
import Symbols
import TraceModel

/// A span whole: nothing is unknown.
struct SpanSource: FieldSource {
    let span: SpanDetail
    let trace: ShownTrace

    func value(of field: Field) -> FieldValue? {
        switch field {
        case .attribute(let scope, let key): attribute(scope, key)
        case .name: .text(span.name)
        case .status: .status(span.status)
        case .statusMessage: .text(span.statusMessage)
        case .kind: .kind(span.kind)
        case .duration: .number(Double(span.durationNanoseconds))
        case .spanID: .text(span.spanID.description)
        case .parentID: span.parentID.isNone ? .absent : .text(span.parentID.description)
        case .traceID: .text(trace.traceID.description)
        case .traceDuration: .number(Double(trace.durationNanoseconds))
        case .rootName: .text(trace.rootSpan?.name ?? "")
        case .rootService: .text(trace.rootSpan?.resource.service ?? "")
        }
    }

    private func attribute(_ scope: Field.Scope, _ key: String) -> FieldValue {
        if scope != .resource, let own = span.attributes.last(where: { $0.key == key }) { return FieldValue(own.value) }
        guard scope != .span, let own = span.resource.attributes.last(where: { $0.key == key }) else { return .absent }
        return FieldValue(own.value)
    }
}

/// A step, of which only the words are known.
struct HopSource: FieldSource {
    let hop: Hop
    let symbols: SymbolTable

    func value(of field: Field) -> FieldValue? {
        switch field {
        case .attribute(.resource, "service.name"), .attribute(.any, "service.name"): text(hop.service)
        case .name: text(hop.name)
        case .kind: .kind(hop.kind)
        default: nil
        }
    }

    /// What found no place in the table, or was cut there, is not known.
    private func text(_ symbol: Symbol) -> FieldValue? {
        guard symbol != .overflow else { return nil }
        let text = symbols.string(symbol)
        let isWhole = text.utf8.count < symbols.limits.stringBytesMax - Self.characterBytesMax
        return isWhole ? .text(text) : nil
    }

    private static let characterBytesMax = 4
}

/// A span in memory, as judgement sees it.
struct FactsSource: FieldSource {
    let facts: SpanFacts
    let symbols: SymbolTable

    func value(of field: Field) -> FieldValue? {
        switch field {
        case .status: .status(facts.status)
        // A record holds no longer ones.
        case .duration where facts.durationNanoseconds < SpanRecord.durationNanosecondsMax:
            .number(Double(facts.durationNanoseconds))
        case .spanID: .text(facts.spanID.description)
        default: HopSource(hop: facts.hop, symbols: symbols).value(of: field)
        }
    }
}

/// What a finding knows of the edge span of its trace.
struct EdgeSource: FieldSource {
    let finding: Finding

    func value(of field: Field) -> FieldValue? {
        switch field {
        case .attribute(.resource, "service.name"), .attribute(.any, "service.name"):
            finding.hasEdge ? .text(finding.edgeService) : nil
        case .attribute(let scope, let key) where scope != .resource && VerdictLabels.keys.contains(key):
            // The disposition is known to the verdict alone.
            key == "unmask.disposition"
                ? nil : VerdictLabels.value(of: key, finding, nil).map { .text($0) } ?? .absent
        case .duration: finding.hasEdge ? .number(Double(finding.durationNanoseconds)) : nil
        case .traceID: .text(finding.traceID.description)
        default: nil
        }
    }
}

/// Any other span of a trace: it bears no verdict, and nothing else is known of it.
struct OtherSpanSource: FieldSource {
    let traceID: TraceID

    func value(of field: Field) -> FieldValue? {
        switch field {
        case .attribute(_, let key) where VerdictLabels.keys.contains(key): .absent
        case .traceID: .text(traceID.description)
        default: nil
        }
    }
}

/// The spans of a trace of which nothing was published: in doubt it is clean, since what is not is told at once.
struct UnspokenSource: FieldSource {
    func value(of field: Field) -> FieldValue? {
        guard case .attribute(_, let key) = field, VerdictLabels.keys.contains(key) else { return nil }
        switch key {
        // On the edge span alone, so it may be absent too: only another verdict is out of the question.
        case "unmask.verdict": return .text(VerdictKind.clean.name)
        case "unmask.state", "unmask.confidence": return nil
        default: return .absent
        }
    }
}

/// The same of its spans beside the edge.
struct UnspokenOtherSource: FieldSource {
    func value(of field: Field) -> FieldValue? {
        guard case .attribute(_, let key) = field, VerdictLabels.keys.contains(key) else { return nil }
        return .absent
    }
}

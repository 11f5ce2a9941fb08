import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

/// What a test says of a verdict; unsaid things are not looked at.
func expect(
    _ trace: TraceBuilder, _ kind: VerdictKind, _ mask: MaskKind? = nil, at maskPoint: TraceBuilder.Handle? = nil,
    from origin: String? = nil, _ originClass: OriginClass? = nil, attempts: UInt32? = nil, rule: ChainRule? = nil,
    confidence: Confidence? = nil, spans: [SpanFacts]? = nil, rules: JudgeRules = JudgeRules(),
    phase: JudgePhase = .settled, location: SourceLocation = #_sourceLocation
) {
    let verdict = Judge(rules: rules).verdict(of: spans ?? trace.spans, phase: phase)
    let told = Comment(rawValue: trace.describe(verdict))
    #expect(verdict.kind == kind, told, sourceLocation: location)
    let chain = verdict.leadingChain
    if let mask { #expect(chain?.kind == mask, told, sourceLocation: location) }
    if let maskPoint {
        #expect(chain?.maskPoint?.span == trace.id(maskPoint), told, sourceLocation: location)
    }
    if let origin {
        let name = chain.map { ($0.origin.isPeer ? "peer:" : "") + trace.symbols.name($0.origin.service) }
        #expect(name == origin, told, sourceLocation: location)
    }
    if let originClass { #expect(chain?.originClass == originClass, told, sourceLocation: location) }
    if let attempts { #expect(chain?.attempts == attempts, told, sourceLocation: location) }
    if let rule { #expect(chain?.rule == rule, told, sourceLocation: location) }
    if let confidence { #expect(verdict.confidence == confidence, told, sourceLocation: location) }
}

func judge(_ spans: [SpanFacts], phase: JudgePhase = .settled, rules: JudgeRules = JudgeRules()) -> Verdict {
    Judge(rules: rules).verdict(of: spans, phase: phase)
}

import Findings
import JSON
import Judging
import TraceModel

/// A comparison as the API says it.
struct ComparisonJSON {
    private let trace: StoredTrace
    private let clean: StoredTrace?
    private let comparison: TraceComparison
    /// By service and name.
    private let shares: [String: Double]
    private let usual: UsualRoute?

    init(_ trace: StoredTrace, _ clean: StoredTrace?, _ usual: UsualRoute?) {
        self.trace = trace
        self.clean = clean
        self.usual = usual
        comparison = TraceComparison(trace.spans, clean?.spans ?? [])
        let steps = usual?.steps.map { (Self.words($0.service, $0.name), $0.share) } ?? []
        shares = Dictionary(steps) { max($0, $1) }
    }

    private static func words(_ service: String, _ name: String) -> String { "\(service)\u{0}\(name)" }

    func document() -> JSONWriter {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("trace")
            FindingJSON.write(trace.finding, to: &writer)
            writer.key("clean")
            if let clean { FindingJSON.write(clean.finding, to: &writer) } else { writer.value(JSONValue.null) }
            writer.arrayField("missing", of: missing) { step($1, &$0) }
            let extra = clean == nil ? [] : comparison.only(inFirst: true).map { ($0.service, $0.name) }
            writer.arrayField("extra", of: extra) { step($1, &$0) }
            writer.arrayField("differs", of: comparison.steps.filter(\.differs)) { write($1, &$0) }
            writer.arrayField("steps", of: comparison.steps) { write($1, withPlace: true, &$0) }
        }
        return writer
    }

    /// What the clean trace has and this one lacks, and what most traces of the route have.
    private var missing: [(service: String, name: String)] {
        let own = Set(trace.spans.map { TraceComparison.Key($0) }.map { Self.words($0.service, $0.name) })
        let usual = (usual?.steps ?? []).filter { $0.share >= TraceComparison.usualShareMin }
        let wanted = comparison.only(inFirst: false).map { ($0.service, $0.name) } + usual.map { ($0.service, $0.name) }
        var seen: Set<String> = []
        return wanted.filter { !own.contains(Self.words($0.0, $0.1)) && seen.insert(Self.words($0.0, $0.1)).inserted }
            .map { (service: $0.0, name: $0.1) }
    }

    private func step(_ step: (service: String, name: String), _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("service", step.service)
            writer.field("name", step.name)
            writer.field("share", shares[Self.words(step.service, step.name)])
        }
    }

    private func write(_ step: TraceComparison.Step, withPlace: Bool = false, _ writer: inout JSONWriter) {
        writer.object { writer in
            if withPlace { writer.field("depth", step.depth) }
            writer.field("service", step.key.service)
            writer.field("name", step.key.name)
            writer.field("kind", step.key.kind.description)
            side("masked", step.first, &writer)
            side("clean", step.second, &writer)
        }
    }

    private func side(_ name: String, _ span: SpanDetail?, _ writer: inout JSONWriter) {
        writer.key(name)
        guard let span else { return writer.value(JSONValue.null) }
        writer.object { writer in
            writer.field("spanId", span.spanID.description)
            writer.field("startTime", UTCTime(nanoseconds: span.startNanoseconds))
            writer.field("duration", span.durationNanoseconds)
            writer.field("status", span.status.description)
            writer.field("httpCode", span.httpCode == 0 ? nil : span.httpCode)
            writer.field("grpcCode", span.grpcCode?.name)
            writer.field("outcome", span.outcome == .none ? nil : span.outcome.description)
        }
    }
}

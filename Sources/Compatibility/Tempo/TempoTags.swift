import Findings
import HTTP
import JSON
import Judging
import TraceModel

/// Names and values that Grafana's query builder offers: what is known for certain, and what the latest traces say.
struct TempoTags: Sendable {
    /// Traces that are opened to see which attributes there are.
    static let tracesMax = 100
    static let valuesMax = 1_000

    let search: TraceSearch
    let catalogue: ServiceCatalogue

    func addRoutes(to router: inout Router) {
        router.add("GET", "/tempo/api/search/tags") { names($0) }
        router.add("GET", "/tempo/api/v2/search/tags") { scopedNames($0) }
        router.add("GET", "/tempo/api/search/tag/{tag}/values") { values($0) }
        router.add("GET", "/tempo/api/v2/search/tag/{tag}/values") { typedValues($0) }
    }

    private struct Names {
        var span = Set(VerdictLabels.keys)
        var resource: Set<String> = ["service.name"]

        func scope(_ name: String) -> [String]? {
            switch name {
            case "span": span.sorted()
            case "resource": resource.sorted()
            case "intrinsic": Field.intrinsics.map(\.name).sorted()
            case "event", "link", "instrumentation": []
            default: nil
            }
        }
    }

    private func known(_ request: HTTPRequest) throws(TempoFailure) -> Names {
        var names = Names()
        for found in try sample(request).found {
            for span in found.trace.spans {
                names.span.formUnion(span.attributes.lazy.map(\.key))
                names.resource.formUnion(span.resource.attributes.lazy.map(\.key))
            }
        }
        return names
    }

    /// The latest traces, or the latest that a filter lets through. A filter that is not understood filters nothing:
    /// people are still typing it.
    private func sample(_ request: HTTPRequest) throws(TempoFailure) -> TraceSearch.Answer {
        let filter = (request.query("q").flatMap { try? TraceQLParser.parse($0) })?.expression
        let wanted: TraceSearch.Question
        do throws(TempoMistake) {
            let question = TraceSearch.Question(
                expression: filter ?? .filter(.always(true)),
                fromNanoseconds: try TempoMistake.time(request, "start") ?? 0,
                toNanoseconds: try TempoMistake.time(request, "end") ?? .max, limit: Self.tracesMax)
            wanted = question
        } catch {
            throw TempoFailure(response: TempoText.refusal(400, error.detail))
        }
        return try search.answerOrFail(wanted)
    }

    private func scopes(_ request: HTTPRequest) throws(TempoFailure) -> [(name: String, tags: [String])] {
        let names = try known(request)
        let wanted = request.query("scope") ?? ""
        let scopes =
            wanted.isEmpty || wanted == "all" || wanted == "none" ? ["resource", "span", "intrinsic"] : [wanted]
        var result: [(name: String, tags: [String])] = []
        for scope in scopes {
            guard let tags = names.scope(scope) else {
                let detail = "invalid scope: it must be resource, span, intrinsic, event, link or instrumentation"
                throw TempoFailure(response: TempoText.refusal(400, detail))
            }
            result.append((scope, tags))
        }
        return result
    }

    private func names(_ request: HTTPRequest) -> HTTPResponse {
        do throws(TempoFailure) {
            let isWide = (request.query("scope") ?? "").isEmpty
            let scopes = try scopes(request).filter { !isWide || $0.name != "intrinsic" }
            var writer = JSONWriter()
            writer.object { $0.field("tagNames", Set(scopes.flatMap(\.tags)).sorted()) }
            return HTTPResponse(json: writer)
        } catch {
            return error.response
        }
    }

    private func scopedNames(_ request: HTTPRequest) -> HTTPResponse {
        do throws(TempoFailure) {
            let scopes = try scopes(request)
            var writer = JSONWriter()
            writer.object { writer in
                writer.arrayField("scopes", of: scopes) { writer, scope in
                    writer.object { writer in
                        writer.field("name", scope.name)
                        writer.field("tags", scope.tags)
                    }
                }
            }
            return HTTPResponse(json: writer)
        } catch {
            return error.response
        }
    }

    /// Tags without a scope, as before TraceQL.
    private func values(_ request: HTTPRequest) -> HTTPResponse {
        let tag = request.parameters["tag"] ?? ""
        let field = Field.intrinsics.first { $0.name == tag }?.field ?? .attribute(.any, tag)
        do throws(TempoFailure) {
            let values = try found(field, request).compactMap(\.text)
            var writer = JSONWriter()
            writer.object { $0.field("tagValues", Set(values).sorted()) }
            return HTTPResponse(json: writer)
        } catch {
            return error.response
        }
    }

    private func typedValues(_ request: HTTPRequest) -> HTTPResponse {
        let tag = request.parameters["tag"] ?? ""
        guard let field = TraceQLField.field(tag) else {
            return TempoText.refusal(400, "\"\(tag)\" is no field of TraceQL that is known here")
        }
        do throws(TempoFailure) {
            let values = try found(field, request).sorted { ($0.text ?? "") < ($1.text ?? "") }
            var writer = JSONWriter()
            writer.object { writer in
                writer.arrayField("tagValues", of: values) { writer, value in
                    writer.object { writer in
                        writer.field("type", value.typeName)
                        writer.field("value", value.text ?? "")
                    }
                }
            }
            return HTTPResponse(json: writer)
        } catch {
            return error.response
        }
    }

    private func found(_ field: Field, _ request: HTTPRequest) throws(TempoFailure) -> Set<FieldValue> {
        if (request.query("q") ?? "").isEmpty, let known = known(field) { return known }
        var values: Set<FieldValue> = []
        for found in try sample(request).found {
            for place in found.spans where values.count < Self.valuesMax {
                let value = SpanSource(span: found.trace.spans[place], trace: found.trace).value(of: field)
                if let value, value != .absent { values.insert(value) }
            }
        }
        return values
    }

    /// What needs no look at a trace.
    private func known(_ field: Field) -> Set<FieldValue>? {
        switch field {
        case .attribute(.any, "service.name"), .attribute(.resource, "service.name"), .rootService:
            Set(catalogue.services().prefix(Self.valuesMax).map { .text($0) })
        case .name, .rootName:
            Set(catalogue.operations(of: nil).prefix(Self.valuesMax).map { .text($0.name) })
        case .status: Set(SpanStatus.allCases.map { .status($0) })
        case .kind: Set(SpanKind.allCases.map { .kind($0) })
        case .attribute(.any, "unmask.verdict"), .attribute(.span, "unmask.verdict"):
            Set(VerdictKind.allCases.map { .text($0.name) })
        case .attribute(.any, "unmask.disposition"), .attribute(.span, "unmask.disposition"):
            Set(Disposition.allCases.map { .text($0.name) })
        case .attribute(let scope, let key) where scope != .resource && Self.patternKeys.contains(key):
            patterns(key)
        default: nil
        }
    }

    private static let patternKeys = VerdictLabels.keys.filter {
        $0.hasPrefix("unmask.mask.") || $0.hasPrefix("unmask.origin.") || $0 == "unmask.fingerprint"
    }

    /// Mask points, origins and their kin, of all patterns that are remembered.
    private func patterns(_ key: String) -> Set<FieldValue> {
        var values: Set<FieldValue> = []
        for pattern in search.findings.book.patterns.snapshot() where values.count < Self.valuesMax {
            if key == "unmask.fingerprint" {
                values.insert(.text(pattern.fingerprint.description))
                continue
            }
            var finding = Finding(traceID: TraceID(high: 0, low: 0), verdict: pattern.verdict, decidedNanoseconds: 0)
            finding.patternNames = pattern.names
            if let text = VerdictLabels.value(of: key, finding, nil) { values.insert(.text(text)) }
        }
        return values
    }
}

extension FieldValue {
    var typeName: String {
        switch self {
        case .text, .absent, .list: "string"
        case .number(let number): number.rounded() == number ? "int" : "float"
        case .flag: "bool"
        case .status, .kind: "keyword"
        }
    }
}

package import JSON
package import TraceModel

/// The document of `/api/v1/traces/{id}`.
package enum TraceJSON {
    package static func document(
        _ verdict: Verdict, _ head: TraceHead, age: TraceAge, payload: PayloadState, spans: [SpanDetail],
        name: @escaping (Symbol) -> String, more: (inout JSONWriter) -> Void = { _ in }
    ) -> JSONWriter {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("traceId", head.traceID.description)
            writer.key("verdict")
            VerdictJSON(name: name).full(verdict, head, spans: spans, to: &writer)
            writer.field("age", age.rawValue)
            writer.field("payload", payload.rawValue)
            more(&writer)
            writer.arrayField("spans", of: spans) { SpanJSON.write($1, to: &$0) }
        }
        return writer
    }

    /// A trace as the library knows it; what was kept is told with the verdict as it was written then. `more` adds
    /// fields before the spans.
    static func document(
        _ trace: StoredTrace, name: @escaping (Symbol) -> String, more: (inout JSONWriter) -> Void = { _ in }
    ) -> JSONWriter {
        switch trace.telling {
        case .judged(let verdict, let head):
            document(
                verdict, head, age: trace.age, payload: trace.payload, spans: trace.spans, name: name, more: more)
        case .written(let verdict):
            kept(trace, verdict, more)
        }
    }

    private static func kept(
        _ trace: StoredTrace, _ verdict: JSONValue, _ more: (inout JSONWriter) -> Void
    ) -> JSONWriter {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("traceId", trace.traceID.description)
            writer.field("verdict", verdict)
            writer.field("age", trace.age.rawValue)
            writer.field("payload", trace.payload.rawValue)
            more(&writer)
            writer.arrayField("spans", of: trace.spans) { SpanJSON.write($1, to: &$0) }
        }
        return writer
    }
}

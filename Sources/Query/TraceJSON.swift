package import JSON
package import TraceModel

/// The document of `/api/v1/traces/{id}`.
package enum TraceJSON {
    package static func document(
        _ verdict: Verdict, _ head: TraceHead, age: TraceAge, payload: PayloadState, spans: [SpanDetail],
        name: @escaping (Symbol) -> String
    ) -> JSONWriter {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("traceId", head.traceID.description)
            writer.key("verdict")
            VerdictJSON(name: name).full(verdict, head, spans: spans, to: &writer)
            writer.field("age", age.rawValue)
            writer.field("payload", payload.rawValue)
            writer.arrayField("spans", of: spans) { SpanJSON.write($1, to: &$0) }
        }
        return writer
    }

    /// A trace that was kept on disk, with the verdict as it was written then.
    static func kept(_ id: TraceID, verdict: JSONValue, spans: [SpanDetail]) -> JSONWriter {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("traceId", id.description)
            writer.field("verdict", verdict)
            writer.field("age", TraceAge.kept.rawValue)
            writer.field("payload", PayloadState.complete.rawValue)
            writer.arrayField("spans", of: spans) { SpanJSON.write($1, to: &$0) }
        }
        return writer
    }
}

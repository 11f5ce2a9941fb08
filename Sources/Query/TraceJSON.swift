package import JSON
package import TraceModel

/// The documents of `/api/v1/traces` and `/api/v1/traces/{id}`.
package enum TraceJSON {
    package static func list(
        _ rows: [(verdict: Verdict, head: TraceHead)], nextCursor: String?, name: @escaping (Symbol) -> String
    ) -> JSONWriter {
        var writer = JSONWriter()
        let verdicts = VerdictJSON(name: name)
        writer.object { writer in
            writer.arrayField("items", of: rows) { verdicts.item($1.verdict, $1.head, to: &$0) }
            writer.field("nextCursor", nextCursor)
        }
        return writer
    }

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
}

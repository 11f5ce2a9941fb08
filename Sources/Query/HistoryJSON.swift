import Findings
import JSON
import TraceModel

/// How the verdict on a trace changed; null where that can't be read now.
enum HistoryJSON {
    static func write(_ history: [VerdictRevision]?, to writer: inout JSONWriter) {
        guard let history else { return writer.field("history", JSONValue.null) }
        writer.arrayField("history", of: history) { writer, revision in
            writer.object { writer in
                writer.field("changedAt", UTCTime(nanoseconds: revision.changedNanoseconds))
                writer.field("author", revision.author)
                writer.field("revision", revision.revision)
                writer.field("oldVerdict", revision.oldVerdict.name)
                writer.field("newVerdict", revision.newVerdict.name)
                writer.field("newState", revision.newState.name)
            }
        }
    }
}

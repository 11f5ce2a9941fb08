import Findings
import JSON

/// A mark as the API says it.
enum MarkJSON {
    /// Beside its pattern.
    static func write(_ mark: PatternMark, to writer: inout JSONWriter) {
        writer.object { fields(mark, &$0) }
    }

    /// By itself.
    static func writeWhole(_ mark: PatternMark, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("fingerprint", mark.fingerprint.description)
            fields(mark, &writer)
        }
    }

    private static func fields(_ mark: PatternMark, _ writer: inout JSONWriter) {
        writer.field("mark", mark.kind.rawValue)
        writer.field("by", mark.author)
        writer.field("at", UTCTime(nanoseconds: mark.markedNanoseconds))
        writer.field("note", mark.note)
    }
}

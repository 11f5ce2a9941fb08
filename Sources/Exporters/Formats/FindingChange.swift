import Findings
import TraceModel

/// What a change says of a trace, in one word.
enum FindingChange: String {
    case new
    /// Another verdict, or another story.
    case revised
    /// It is no longer what it was told to be: repaired after all, or expected.
    case resolved
    /// The same, and nothing more will come.
    case final

    init(_ change: FindingsLog.Change) {
        guard let before = change.before else {
            self = .new
            return
        }
        if before.verdict == .masked, change.after.verdict != .masked {
            self = .resolved
        } else if before.revision == change.after.revision, change.after.state == .final {
            self = .final
        } else {
            self = .revised
        }
    }
}

/// The fields in which an answer's outermost object says how it went, and the words that mean failure.
package enum EnvelopeWords {
    package static let flags = ["success", "ok", "succeeded", "isSuccess", "is_success"]
    package static let words = ["status", "result", "outcome"]
    package static let failures: Set<String> = [
        "fail", "failed", "failure", "error", "declined", "rejected", "denied",
    ]
    package static let errors = ["error", "errors", "errorCode", "error_code", "errorMessage", "error_message"]

    /// A text in an error field that says that there is none.
    package static func isNone(_ text: String) -> Bool {
        text.isEmpty || text == "0" || text.lowercased() == "none"
    }
}

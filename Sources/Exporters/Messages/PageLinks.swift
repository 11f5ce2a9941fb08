package import Findings
package import TraceModel

/// Where the page shows a thing, for links in messages; nothing where nobody said where the page is.
package struct PageLinks: Hashable, Sendable {
    /// Without a slash at its end; empty for none.
    package var publicURL: String

    package init(publicURL: String) {
        self.publicURL = publicURL
    }

    package func trace(_ id: TraceID) -> String? { link("/#/trace/\(id)") }
    package func pattern(_ fingerprint: Fingerprint) -> String? { link("/#/pattern/\(fingerprint)") }
    package var alerts: String? { link("/#/alerts") }

    private func link(_ path: String) -> String? { publicURL.isEmpty ? nil : publicURL + path }
}

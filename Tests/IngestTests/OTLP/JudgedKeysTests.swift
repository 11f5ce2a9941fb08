import Foundation
import Ingest
import Testing

/// The hot decoder skips attributes whose keys it does not know: whatever the semantics ask for has to be known to it.
@Suite struct JudgedKeysTests {
    private static let ingest = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/Ingest")

    /// Texts in the semantics that look like keys and are not: names, values, parts of messages.
    private static let others: Set<String> = [
        "service.name", "service.namespace", "service.instance.id", "process.pid", "host.name", "host.id",
        "deployment.environment.name", "deployment.environment", "k8s.pod.uid", "k8s.pod.name", "container.id",
        "graphql.error", "graphql.", "dead_letter", "dead.letter", "storage.googleapis.com", "feature_flag",
        ".blob.core.windows.net", ".r2.cloudflarestorage.com", ".amazonaws.", "updown.io", "forced_open",
        "error_code", "error_message", "is_success", "unknown_service",
    ]

    private func literals(_ folder: String) throws -> Set<String> {
        let root = Self.ingest.appending(path: folder)
        var found: Set<String> = []
        for name in try FileManager.default.contentsOfDirectory(atPath: root.path) where name.hasSuffix(".swift") {
            let text = try String(contentsOf: root.appending(path: name), encoding: .utf8)
            for match in text.matches(of: /"([a-z][a-z0-9]*(?:[._][a-z0-9_-]+)+)"/) { found.insert(String(match.1)) }
        }
        return found
    }

    @Test func everyKeyThatTheSemanticsAskForIsKnown() throws {
        let known = try literals("OTLP/Hot").union(SemanticRules.usualBodyKeys)
        let asked = try literals("Semantics")
        #expect(asked.count > 100)
        // The details of Envoy are values of an attribute.
        let proxy = try String(
            contentsOf: Self.ingest.appending(path: "Semantics/ProxyMarks.swift"), encoding: .utf8)
        let details = Set(proxy.matches(of: /\("([a-z_]+)(?:\{[a-z_]+)?", \./).map { String($0.1) })
        #expect(asked.subtracting(known).subtracting(Self.others).subtracting(details) == [])
    }
}

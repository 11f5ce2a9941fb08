import Platform
import TraceModel

/// Reads files, folders and standard input with recorded traces, one after the other, into one recording.
///
/// Logs may stand in other files than their spans and trust in a scope is learned from all of them: both are applied at
/// the end.
package struct TraceFiles {
    /// The name of standard input.
    package static let standardInput = "-"

    private let limits: TraceFileLimits
    private let semantics: SpanSemantics
    private let bytes: TraceBytes
    private var recording = TraceRecording()
    private var logs: [LogEvidence] = []
    private var trust: ScopeTrust

    package init(limits: TraceFileLimits = TraceFileLimits(), rules: SemanticRules = SemanticRules()) {
        self.limits = limits
        semantics = SpanSemantics(rules: rules)
        trust = ScopeTrust(trusted: rules.trustedScopes)
        bytes = TraceBytes(limits: limits)
    }

    package mutating func read(_ path: String) throws(IngestError) {
        if path == Self.standardInput {
            return try take(
                try load { () throws(PlatformError) in
                    try Files.readStandardInput(bytesMax: limits.fileBytesMax)
                }, from: "standard input")
        }
        switch try load({ () throws(PlatformError) in try Files.kind(path) }) {
        case .folder: try readFolder(path, depth: 0)
        case .file, .other: try readFile(path)
        }
    }

    package consuming func finish() -> TraceRecording {
        let marks = LogJoin(logs)
        var found = 0
        for index in recording.spans.indices {
            found += marks.apply(to: &recording.spans[index])
            semantics.read(&recording.spans[index])
            trust.learn(recording.spans[index])
        }
        for index in recording.spans.indices { trust.apply(to: &recording.spans[index]) }
        recording.logsWithoutSpan = marks.count - found
        return recording
    }

    private mutating func readFolder(_ path: String, depth: Int) throws(IngestError) {
        guard depth < limits.folderDepthMax else {
            throw IngestError(.tooComplex, "folders lie more than \(limits.folderDepthMax) levels deep", source: path)
        }
        for name in try load({ () throws(PlatformError) in try Files.names(in: path) }) {
            let inner = "\(path)/\(name)"
            switch try load({ () throws(PlatformError) in try Files.kind(inner) }) {
            case .folder: try readFolder(inner, depth: depth + 1)
            case .other: recording.skipped.append(IngestError(.unreadable, "no file and no folder", source: inner))
            case .file:
                do throws(IngestError) {
                    try readFile(inner)
                } catch {
                    // One file of many may be something else or broken: it is told of, and the others are judged.
                    if recording.isFull { throw error }
                    recording.skipped.append(error)
                }
            }
        }
    }

    private mutating func readFile(_ path: String) throws(IngestError) {
        try take(
            try load { () throws(PlatformError) in try Files.read(path, bytesMax: limits.fileBytesMax) }, from: path)
    }

    private mutating func take(_ contents: [UInt8], from source: String) throws(IngestError) {
        let decoded: DecodedSpans
        do throws(IngestError) {
            decoded = try bytes.decode(contents)
        } catch {
            throw error.from(source)
        }
        guard recording.files < limits.filesMax, recording.spans.count + decoded.spans.count <= limits.spansMax else {
            recording.isFull = true
            throw IngestError(
                .tooLarge, "more than \(limits.spansMax) spans or \(limits.filesMax) files", source: source)
        }
        recording.files += 1
        recording.spans += decoded.spans
        recording.dropped.merge(decoded.dropped) { $0 + $1 }
        logs += decoded.logs
    }

    private func load<Value>(_ body: () throws(PlatformError) -> Value) throws(IngestError) -> Value {
        do throws(PlatformError) {
            return try body()
        } catch {
            throw IngestError(.unreadable, error.reason, source: error.subject)
        }
    }
}

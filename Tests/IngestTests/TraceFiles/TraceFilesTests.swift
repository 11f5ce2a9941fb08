import Foundation
import Ingest
import Testing
import TraceModel

@Suite struct TraceFilesTests {
    private static let zipkin = #"[{"traceId":"1","id":"2","kind":"SERVER","tags":{"http.status_code":"200"}}]"#

    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "unmask-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    private func read(_ path: String, limits: TraceFileLimits = TraceFileLimits()) throws -> TraceRecording {
        var files = TraceFiles(limits: limits)
        try files.read(path)
        return files.finish()
    }

    @Test func aFolderIsReadWithAllThatLiesInIt() throws {
        try withFolder { folder in
            let inner = folder.appending(path: "day/one")
            try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
            try Self.zipkin.write(to: inner.appending(path: "a"), atomically: true, encoding: .utf8)
            try Self.zipkin.write(to: folder.appending(path: "b.json"), atomically: true, encoding: .utf8)
            try "notes".write(to: folder.appending(path: "notes.txt"), atomically: true, encoding: .utf8)
            try #"{"resourceSpans":["#.write(to: folder.appending(path: "cut.json"), atomically: true, encoding: .utf8)
            let recording = try read(folder.path)
            #expect(recording.files == 2)
            #expect(recording.spans.count == 2)
            #expect(recording.skipped.map(\.code) == [.corrupt, .unknownFormat])
            #expect(recording.skipped.map(\.source).allSatisfy { $0.hasPrefix(folder.path) })
        }
    }

    @Test func aNamedFileThatIsNoTraceIsAnError() throws {
        try withFolder { folder in
            let file = folder.appending(path: "notes.txt")
            try "notes".write(to: file, atomically: true, encoding: .utf8)
            let error = #expect(throws: IngestError.self) { try read(file.path) }
            #expect(error?.code == .unknownFormat)
            #expect(error?.source == file.path)
        }
    }

    @Test func whatIsNotThereIsUnreadable() {
        let error = #expect(throws: IngestError.self) { try read("/nowhere/at/all") }
        #expect(error?.code == .unreadable)
    }

    @Test func theLimitOfSpansEndsTheReading() throws {
        try withFolder { folder in
            for name in ["a", "b", "c"] {
                try Self.zipkin.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
            }
            let error = #expect(throws: IngestError.self) {
                try read(folder.path, limits: TraceFileLimits(spansMax: 2))
            }
            #expect(error?.code == .tooLarge)
        }
    }

    @Test func aLogInAnotherFileMarksItsSpan() throws {
        try withFolder { folder in
            let log = """
                {"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"01","spanId":"02","severityNumber":18},
                {"traceId":"01","spanId":"09","severityNumber":18}]}]}]}
                """
            try log.write(to: folder.appending(path: "a-logs.json"), atomically: true, encoding: .utf8)
            try Self.zipkin.write(to: folder.appending(path: "b.json"), atomically: true, encoding: .utf8)
            let recording = try read(folder.path)
            #expect(recording.spans.first?.evidence.contains(.errorLog) == true)
            #expect(recording.logsWithoutSpan == 1)
        }
    }

    @Test func anIndexOfRequestsIsNoRequest() {
        let header = #"{"kind":"zipkin-json","headers":{},"len":5}"#
        let error = #expect(throws: IngestError.self) { try TraceBytes().decode(Array((header + "\n" + header).utf8)) }
        #expect(error?.code == .unknownFormat)
    }
}

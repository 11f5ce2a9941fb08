import Foundation

/// The tree that these tests stand in, read as text.
enum SourceTree {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct File: Sendable {
        /// From the root.
        var path: String
        var text: String
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    /// All files with one of the endings below the folders, or the folder itself where it is a file.
    static func files(in folders: [String], endings: Set<String>) throws -> [File] {
        var files: [File] = []
        for folder in folders {
            let start = root.appendingPathComponent(folder)
            guard FileManager.default.fileExists(atPath: start.path) else { continue }
            let below = FileManager.default.subpaths(atPath: start.path) ?? []
            let paths = below.isEmpty ? [folder] : below.map { "\(folder)/\($0)" }
            // The fuzzers' corpus is bytes of any kind.
            for path in paths.sorted()
            where !path.contains("/Corpus/") && !isFolder(path) && endings.contains((path as NSString).pathExtension) {
                let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
                files.append(File(path: path, text: text))
            }
        }
        return files
    }

    static func swiftFiles(in folders: [String] = ["Sources", "Tests", "Benchmarks", "Package.swift"]) throws -> [File]
    {
        try files(in: folders, endings: ["swift"])
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(
            atPath: root.appendingPathComponent(path).path, isDirectory: &isFolder)
        return exists && isFolder.boolValue
    }

    static func folders(in folder: String) throws -> [String] {
        let start = root.appendingPathComponent(folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: start.path)
        return names.filter { isFolder("\(folder)/\($0)") }.sorted()
    }

    /// Runs a program at the root; what it said, and how it ended.
    static func run(_ words: String...) throws -> (output: String, status: Int32) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.currentDirectoryURL = root
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: output, as: UTF8.self), process.terminationStatus)
    }
}

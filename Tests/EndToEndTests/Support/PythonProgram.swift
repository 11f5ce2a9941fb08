import Foundation
import JSON

/// Programs in `Python/`, run with the interpreter that `deploy/test` prepares.
enum PythonProgram {
    private static var folder: String { Bundle.module.resourceURL?.appendingPathComponent("Python").path ?? "" }

    static func interpreter() throws -> String {
        let chosen = ProcessInfo.processInfo.environment["UNMASK_TEST_PYTHON"]
        let path = chosen ?? "\(RepositoryFolder.path)/.build/test-python/bin/python"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw TestFailure("there is no Python for the tests at \(path): run deploy/test, which makes it")
        }
        return path
    }

    static func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// Runs a program to its end; its output is one JSON document.
    static func run(_ name: String, _ arguments: [String], seconds: Double = 40) throws -> JSONValue {
        let process = try ChildProcess(try interpreter(), ["-B", "\(folder)/\(name)"] + arguments, name: "python")
        let code = try process.wait(seconds: seconds)
        guard code == 0 else { throw TestFailure("\(name) ended with \(code): \(process.err)") }
        return try JSONParser.parse(Array(process.out.utf8))
    }
}

enum RepositoryFolder {
    static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
}

extension PythonProgram {
    /// What a line of Python writes to its output, byte for byte.
    static func bytes(_ line: String) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try interpreter())
        process.arguments = ["-c", line]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return [UInt8](data)
    }
}

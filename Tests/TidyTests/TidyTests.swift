import Foundation
import Testing

@Suite struct TidyTests {
    @Test func filesAreShort() throws {
        let page = try SourceTree.files(in: ["Sources/Page"], endings: ["js", "css", "html"])
        for file in try SourceTree.swiftFiles() + page {
            #expect(file.lines.count <= 401, "\(file.path) has \(file.lines.count - 1) lines")
        }
    }

    @Test func functionsAreShort() throws {
        for file in try SourceTree.swiftFiles() {
            for function in CodeText.functions(in: CodeText.strip(file.text)) where function.lines > 70 {
                Issue.record("\(file.path):\(function.line) is a function of \(function.lines) lines")
            }
        }
    }

    @Test func linesAreShort() throws {
        let files =
            try SourceTree.swiftFiles() + SourceTree.files(in: ["Sources/CLibraries"], endings: ["h", "c"])
            + SourceTree.files(in: ["Sources/Page"], endings: ["js", "css", "html"])
        for file in files {
            for (index, line) in file.lines.enumerated() where line.count > 120 {
                Issue.record("\(file.path):\(index + 1) has \(line.count) characters")
            }
        }
    }

    @Test func formatIsClean() throws {
        let folders = ["Sources", "Tests", "Benchmarks", "Package.swift"].filter {
            FileManager.default.fileExists(atPath: SourceTree.root.appendingPathComponent($0).path)
        }
        var words = "swift format lint --strict --parallel --recursive"
        for folder in folders { words += " \(folder)" }
        let (output, status) = try SourceTree.run("sh", "-c", words)
        #expect(status == 0, "\(output)")
    }

    @Test func generatedCodeIsUpToDate() throws {
        let (output, status) = try SourceTree.run("proto/generate", "--check")
        #expect(status == 0, "\(output)")
    }

    @Test func nothingIsLeftForLater() throws {
        let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
        let files = try SourceTree.files(
            in: ["Sources", "Tests", "Benchmarks", "proto", "deploy", "Package.swift"],
            endings: ["swift", "h", "c", "proto", "md", "", "py", "yaml", "modulemap"])
        for file in files {
            for mark in marks { #expect(!file.text.contains(mark), "\(file.path) says \(mark)") }
        }
    }

    /// What strangers build into their services.
    private static let forServices = ["UnmaskClient/", "UnmaskTLS/", "UnmaskURLSession/", "UnmaskTracing/"]
    /// The compiler inlines nothing of another room's but what is public. These hold what is touched for every span.
    private static let inlinedForSpeed = ["TraceModel/", "Wire/BatchColumns", "Symbols/Hash.swift"]

    @Test func onlyTheClientLibraryAndTheHotValuesArePublic() throws {
        let exempt = Self.forServices + Self.inlinedForSpeed
        for file in try SourceTree.swiftFiles(in: ["Sources"])
        where !exempt.contains(where: { file.path.hasPrefix("Sources/\($0)") }) {
            let code = CodeText.strip(file.text)
            let isPublic = code.contains(/\bpublic\s|\bopen\s+(class|func|var)\b/)
            #expect(!isPublic, "\(file.path) makes something public")
        }
    }

    @Test func foundationStaysOutOfTheSources() throws {
        for file in try SourceTree.swiftFiles(in: ["Sources"])
        where !file.path.hasPrefix("Sources/UnmaskURLSession/") {
            let code = CodeText.strip(file.text)
            let imports = code.contains(/import\s+Foundation/)
            #expect(!imports, "\(file.path) imports Foundation")
        }
    }

    /// One shape for every C library: a guard, no feature macros (two modules that disagree on them disagree on the
    /// system's types), and a module map that says no more than its name and what to link.
    @Test func librariesAreDeclaredAlike() throws {
        for library in try SourceTree.folders(in: "Sources/CLibraries") where library != "CShims" {
            let folder = SourceTree.root.appendingPathComponent("Sources/CLibraries/\(library)")
            let shim = try String(contentsOf: folder.appendingPathComponent("shim.h"), encoding: .utf8)
            #expect(shim.hasPrefix("#pragma once\n"), "\(library)")
            #expect(!shim.contains("#define"), "\(library)")
            #expect(shim.contains("#include <"), "\(library)")
            let map = try String(contentsOf: folder.appendingPathComponent("module.modulemap"), encoding: .utf8)
            let lines = map.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(lines.first == "module \(library) [system] {" && lines.last == "}", "\(library)")
            #expect(lines.count == 5 && lines[1] == "header \"shim.h\"" && lines[3] == "export *", "\(library)")
            #expect(lines[2].hasPrefix("link "), "\(library)")
        }
    }

    @Test func theTopLevelHoldsNothingElse() throws {
        let allowed: Set = [
            "Package.swift", "Sources", "Tests", "proto", "deploy", "Benchmarks", "README.md", "LICENSE",
        ]
        let ignored = try String(
            contentsOf: SourceTree.root.appendingPathComponent(".gitignore"), encoding: .utf8
        ).split(separator: "\n").map { $0.hasSuffix("/") ? String($0.dropLast()) : String($0) }
        for name in try FileManager.default.contentsOfDirectory(atPath: SourceTree.root.path) {
            let isKnown = allowed.contains(name) || name.hasPrefix(".") || ignored.contains(name)
            #expect(isKnown, "\(name) lies at the top level")
        }
    }
}

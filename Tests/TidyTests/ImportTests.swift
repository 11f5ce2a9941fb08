import Foundation
import Testing

/// What the manifest says of one target.
private struct Declared: Decodable {
    struct Dependency: Decodable {
        var byName: [String?]?
        var target: [String?]?
    }

    var name: String
    var type: String
    var path: String?
    var dependencies: [Dependency]

    var dependencyNames: Set<String> {
        Set(dependencies.compactMap { dependency in (dependency.byName ?? dependency.target)?.first ?? nil })
    }

    var folder: String { path ?? (type == "test" ? "Tests/\(name)" : "Sources/\(name)") }
}

private struct Manifest: Decodable {
    var targets: [Declared]

    /// Through a scratch folder of its own: the one in use is locked while tests run.
    static func read() throws -> Manifest {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("unmask-tidy-\(UUID())")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let (output, status) = try SourceTree.run("swift", "package", "--scratch-path", scratch.path, "dump-package")
        try #require(status == 0, "\(output)")
        let start = try #require(output.firstIndex(of: "{"))
        return try JSONDecoder().decode(Manifest.self, from: Data(output[start...].utf8))
    }
}

@Suite struct ImportTests {
    @Test func packageAndTableSayTheSame() throws {
        let manifest = try Manifest.read()
        for target in manifest.targets where target.type != "test" && target.type != "system" {
            guard target.name != "CShims" else { continue }
            let allowed = ImportTable.rooms[target.name]
            #expect(allowed == target.dependencyNames, "\(target.name) in Package.swift and in the import table")
        }
        let names = Set(manifest.targets.map(\.name))
        for room in ImportTable.rooms.keys { #expect(names.contains(room), "\(room) is a target") }
        for folder in try SourceTree.folders(in: "Sources") where folder != "CLibraries" {
            #expect(ImportTable.rooms[folder] != nil, "Sources/\(folder) is in the import table")
        }
        for library in try SourceTree.folders(in: "Sources/CLibraries") { #expect(names.contains(library)) }
    }

    @Test func everyRoomImportsWhatTheTableAllows() throws {
        for (room, allowed) in ImportTable.rooms {
            let isBenchmark = ["HotPath", "ClientPath", "CAllocations"].contains(room)
            let folder = isBenchmark ? "Benchmarks/\(room)" : "Sources/\(room)"
            for file in try SourceTree.swiftFiles(in: [folder]) {
                for module in Self.imports(of: file) {
                    let isAllowed = allowed.contains(module) || ImportTable.system[module]?.contains(room) == true
                    #expect(isAllowed, "\(file.path) imports \(module)")
                }
            }
        }
    }

    @Test func everyTestImportsWhatItDeclares() throws {
        for target in try Manifest.read().targets where target.type == "test" {
            let allowed = target.dependencyNames.union(ImportTable.testing)
            for file in try SourceTree.swiftFiles(in: [target.folder]) {
                for module in Self.imports(of: file) {
                    #expect(allowed.contains(module), "\(file.path) imports \(module)")
                }
            }
        }
    }

    private static func imports(of file: SourceTree.File) -> [String] {
        CodeText.strip(file.text).split(separator: "\n").compactMap { line in
            let statement = /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:\w+\s+)?import\s+(?:\w+\s+)?([\w.]+)/
            return line.firstMatch(of: statement).map { String($0.output.1.split(separator: ".")[0]) }
        }
    }
}

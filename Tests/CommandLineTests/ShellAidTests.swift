import Foundation
import Testing

@testable import unmask

/// Completion and the manual page, put to the programs that read them.
@Suite struct ShellAidTests {
    private func run(_ words: [String], input: String = "") throws -> (out: String, status: Int32) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        let (source, sink) = (Pipe(), Pipe())
        process.standardInput = source
        process.standardOutput = sink
        process.standardError = sink
        try process.run()
        source.fileHandleForWriting.write(Data(input.utf8))
        try source.fileHandleForWriting.close()
        let output = sink.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: output, as: UTF8.self), process.terminationStatus)
    }

    private func completed(_ words: String...) throws -> [String] {
        let list = words.map { "'\($0)'" }.joined(separator: " ")
        let script =
            CompletionCommand.bash()
            + "COMP_WORDS=(\(list)); COMP_CWORD=\(words.count - 1); _unmask; printf '%s\\n' \"${COMPREPLY[@]}\"\n"
        let (out, status) = try run(["bash", "--norc"], input: script)
        #expect(status == 0, "\(out)")
        return out.split(separator: "\n").map(String.init)
    }

    @Test func bashCompletesWords() throws {
        #expect(try completed("unmask", "tra") == ["traces", "trace"])
        #expect(try completed("unmask", "patterns", "--fail") == ["--fail-if-any"])
        #expect(try completed("unmask", "tail", "-f") == ["-f"])
        #expect(try completed("unmask", "traces", "--verdict", "ma") == ["masked"])
        #expect(try completed("unmask", "routes", "--sort", "") == ["gap", "traffic", "name", "masked"])
        #expect(try completed("unmask", "completion", "z") == ["zsh"])
        #expect(try completed("unmask", "nothing", "--").isEmpty)
        for command in CommandTable.all { #expect(try completed("unmask", command.name, "--h").contains("--help")) }
    }

    @Test func zshReadsItsCompletion() throws {
        let (out, status) = try run(["zsh", "-n"], input: CompletionCommand.zsh())
        #expect(status == 0 && out.isEmpty, "\(out)")
        // With the completion system's own functions in place of a terminal, it names every command.
        let script = """
            _describe() { print -l $commands }
            words=(unmask ''); CURRENT=2
            \(CompletionCommand.zsh())
            """
        let named = try run(["zsh", "-f"], input: script).out
        for command in CommandTable.all { #expect(named.contains("\(command.name):"), "\(named)") }
        let options = """
            _arguments() { print -l -- $@ }
            words=(unmask traces ''); CURRENT=3
            \(CompletionCommand.zsh())
            """
        #expect(try run(["zsh", "-f"], input: options).out.contains("--verdict=[masked, failed"))
    }

    @Test func otherShellsAreNotPretendedTo() {
        let shell = Shell()
        #expect(shell.run("completion", "fish") == .usage)
        #expect(shell.error.contains("completion knows bash and zsh, not 'fish'"))
        #expect(shell.run("completion", "bash") == .success)
        #expect(shell.out == CompletionCommand.bash())
    }

    @Test func theManualPageInTheTreeIsWhatTheProgramPrints() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("deploy/unmask.1")
        let kept = try String(contentsOf: path, encoding: .utf8)
        #expect(kept == ManualPage.text(), "unmask manual > deploy/unmask.1 mends it")
        let shell = Shell()
        #expect(shell.run("manual") == .success)
        #expect(shell.out == kept)
    }

    @Test func manRendersThePage() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("unmask-manual-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let page = folder.appendingPathComponent("unmask.1")
        try Data(ManualPage.text().utf8).write(to: page)
        let (text, status) = try run([
            "env", "MANPAGER=cat", "MANWIDTH=100", "LC_ALL=C.UTF-8", "man", "--warnings", "-l", page.path,
        ])
        #expect(status == 0)
        #expect(!text.contains("warning"), "\(text)")
        for command in CommandTable.all {
            #expect(text.contains(command.name), "\(command.name)")
            for option in command.options { #expect(text.contains("--\(option.name)"), "\(option.name)") }
        }
        #expect(text.contains("unmask patterns --new --since 10m --fail-if-any"))
    }
}

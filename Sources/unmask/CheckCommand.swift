import Configuration
import Platform

/// `unmask check CONFIG`: is a configuration right, and if not, where.
enum CheckCommand {
    static let command = Command(
        name: "check", summary: "check a configuration file, naming line and column of every mistake",
        operands: ["CONFIG"],
        details: """
            Prints one line for each mistake, as compilers do, and exits with 78; with 0 where all is right. `-` is
            standard input. What can be configured shows deploy/unmask.example.yaml.
            """,
        run: { arguments, console throws(CommandError) in
            let path = arguments.operands[0]
            switch try RulesFile.read(path) {
            case .right(let rules):
                let shown = SafeText.escape(path, style: .plain)
                console.out("\(shown): \(rules == Rules() ? "right, and says nothing" : "right")\n")
                return .success
            case .wrong(let mistakes):
                console.out(mistakes.map { $0 + "\n" }.joined())
                return .configuration
            }
        })
}

/// A configuration file on disk.
enum RulesFile {
    enum Reading {
        case right(Rules)
        /// Each mistake in one line, fit for a terminal.
        case wrong([String])
    }

    static func read(_ path: String) throws(CommandError) -> Reading {
        reading(try bytes(path), path)
    }

    private static func reading(_ bytes: [UInt8], _ path: String) -> Reading {
        do throws(ConfigurationError) {
            return .right(try RulesReader.rules(bytes))
        } catch {
            return .wrong(error.mistakes.map { SafeText.escape($0.line(in: path), columnsMax: 1000, style: .plain) })
        }
    }

    /// The rules of a file, or an end with every mistake told on standard error.
    static func rules(_ path: String, _ console: Console) throws(CommandError) -> Rules {
        try rules(try bytes(path), path, console)
    }

    static func rules(_ bytes: [UInt8], _ path: String, _ console: Console) throws(CommandError) -> Rules {
        switch reading(bytes, path) {
        case .right(let rules): return rules
        case .wrong(let mistakes):
            tell(mistakes, console)
            let shown = SafeText.escape(path, style: .plain)
            throw CommandError(
                .configuration, "\(mistakes.count == 1 ? "a mistake" : "\(mistakes.count) mistakes") in \(shown)")
        }
    }

    static func tell(_ mistakes: [String], _ console: Console) {
        console.writeError(Array(mistakes.map { $0 + "\n" }.joined().utf8))
    }

    static func bytes(_ path: String) throws(CommandError) -> [UInt8] {
        let bytesMax = YAMLLimits().bytesMax
        do throws(PlatformError) {
            return try path == "-" ? Files.readStandardInput(bytesMax: bytesMax) : Files.read(path, bytesMax: bytesMax)
        } catch {
            throw CommandError(.configuration, SafeText.escape("\(error)", columnsMax: 400, style: .plain))
        }
    }
}

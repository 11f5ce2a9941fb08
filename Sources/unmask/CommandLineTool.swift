/// The program without its process: words in, an exit code out.
enum CommandLineTool {
    static let version = "0.1.0"

    static func run(_ words: [String], on console: Console) -> ExitCode {
        do {
            return try dispatch(words, console)
        } catch {
            console.error(error.code == .usage ? "\(error.message) (see `\(explanation(words))`)" : error.message)
            return error.code
        }
    }

    /// What explains how the words should have been.
    private static func explanation(_ words: [String]) -> String {
        let known = CommandTable.all.first { $0.name == words.first && $0.name != "help" }
        return known.map { "unmask \($0.name) --help" } ?? "unmask --help"
    }

    private static func dispatch(_ words: [String], _ console: Console) throws(CommandError) -> ExitCode {
        guard let first = words.first else { throw .usage("a command is missing") }
        if first.hasPrefix("-") || words == ["help"] { return try overview(words, console) }
        let command = try CommandTable.find(first)
        let arguments = try Arguments(Array(words.dropFirst()), options: command.allOptions)
        if arguments.has("help") {
            console.out(HelpText.of(command))
            return .success
        }
        let given = arguments.operands.count
        if given < command.operands.count { throw .usage("\(first) needs \(command.operands[given])") }
        if given > command.operands.count, !command.takesMoreOperands {
            throw .usage("\(first) takes no \(SafeText.quoted(arguments.operands[command.operands.count]))")
        }
        return try command.run(arguments, console)
    }

    /// Options in place of a command.
    private static func overview(_ words: [String], _ console: Console) throws(CommandError) -> ExitCode {
        let options = [OptionSpec("help", nil, ""), OptionSpec("version", nil, "")]
        let arguments = try Arguments(words, options: options)
        console.out(arguments.has("version") ? "unmask \(version)\n" : HelpText.overview())
        return .success
    }
}

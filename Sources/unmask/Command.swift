import Configuration

/// One subcommand: what it is called, what it takes, what it does.
struct Command: Sendable {
    var name: String
    var summary: String
    /// Names of the operands, each of which has to be there.
    var operands: [String] = []
    /// The last operand may be given more than once.
    var takesMoreOperands = false
    var options: [OptionSpec] = []
    /// What the help says beyond the options.
    var details: String = ""
    var run: @Sendable (Arguments, Console) throws(CommandError) -> ExitCode

    /// Every command can explain itself.
    var allOptions: [OptionSpec] { options + [OptionSpec("help", nil, "show this text")] }
}

/// All subcommands, in the order in which help lists them.
enum CommandTable {
    static let all: [Command] = [
        ServeCommand.command, TracesCommand.command, TraceCommand.command, JudgeCommand.command, CheckCommand.command,
        RulesCommand.command, AlertsCommand.command, ExportersCommand.command,
        LoadCommand.command, DemoCommand.command, help, version,
    ]

    private static let help = Command(
        name: "help", summary: "explain a command", operands: ["COMMAND"],
        run: { arguments, console throws(CommandError) in
            console.out(HelpText.of(try find(arguments.operands[0])))
            return .success
        })

    private static let version = Command(
        name: "version", summary: "say which version this is",
        run: { _, console in
            console.out("unmask \(CommandLineTool.version)\n")
            return .success
        })

    static func find(_ name: String) throws(CommandError) -> Command {
        guard let command = all.first(where: { $0.name == name }) else {
            throw .usage("unknown command \(SafeText.quoted(name))\(NearestName.hint(name, among: all.map(\.name)))")
        }
        return command
    }
}

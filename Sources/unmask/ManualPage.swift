/// `unmask manual`: the manual page, out of the table of commands; deploy/unmask.1 is what it prints.
enum ManualPage {
    static let command = Command(
        name: "manual", summary: "print the manual page", details: "Read it with: unmask manual | man -l -",
        run: { _, console in
            console.out(text())
            return .success
        })

    static func text() -> String {
        """
        .TH UNMASK 1 "" "unmask \(CommandLineTool.version)" "User Commands"
        .SH NAME
        unmask \\- finds failures that hide behind a success
        .SH SYNOPSIS
        .B unmask
        .I COMMAND
        [\\fIOPTIONS\\fR]
        .SH DESCRIPTION
        Unmask collects spans, stitches them by trace and reports traces whose edge answered success while something
        inside failed: where the failure began, where it was swallowed, and whether it was repaired or hidden.
        .SH COMMANDS
        \(CommandTable.all.map(section).joined())\(ending)
        """
    }

    private static let ending = """
        .SH EXIT STATUS
        .TP
        0
        All is well.
        .TP
        1
        What was asked for is not there, or the list was not empty and
        .B \\-\\-fail\\-if\\-any
        was given.
        .TP
        64
        The command line is wrong.
        .TP
        69
        The collector can't be reached, or does not answer like one.
        .TP
        78
        The configuration is wrong, or the token is.
        .SH ENVIRONMENT
        .TP
        UNMASK_SERVER
        The collector that commands ask; \(escaped(CollectorClient.defaultServer)) without it.
        .TP
        UNMASK_TOKEN
        Its token.
        .TP
        COLUMNS, NO_COLOR, LC_ALL, LC_CTYPE, LANG
        How wide and in which signs text is shown.
        .SH EXAMPLES
        .nf
        unmask patterns
        unmask patterns \\-\\-new \\-\\-since 10m \\-\\-fail\\-if\\-any
        unmask tail \\-f \\-\\-verdict masked
        unmask traces \\-\\-attribute app.tenant:acme \\-\\-sort longest
        unmask trace 4bf92f3577b34da6a3ce929d0e0e4736 \\-\\-why
        .fi

        """

    private static func section(_ command: Command) -> String {
        let operands = command.operands + (command.takesMoreOperands ? ["..."] : [])
        var text = ".SS \"\(escaped(([command.name] + operands).joined(separator: " ")))\"\n"
        text += line(command.summary.prefix(1).uppercased() + command.summary.dropFirst() + ".")
        if !command.details.isEmpty {
            text += ".PP\n.nf\n" + command.details.split(separator: "\n").map(line).joined() + ".fi\n"
        }
        for option in command.options {
            text += ".TP\n.B \(escaped(HelpText.spelling(option)))\n" + line(option.help)
        }
        return text
    }

    /// A line that begins with a dot or an apostrophe would be a request.
    private static func line(_ text: some StringProtocol) -> String {
        let safe = escaped(text)
        return (safe.hasPrefix(".") || safe.hasPrefix("'") ? "\\&" : "") + safe + "\n"
    }

    private static func escaped(_ text: some StringProtocol) -> String {
        text.map { character in
            switch character {
            case "\\": "\\e"
            case "-": "\\-"
            case "\"": "\\(dq"
            default: String(character)
            }
        }.joined()
    }
}

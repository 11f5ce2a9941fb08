/// What `--help` prints.
enum HelpText {
    static func overview() -> String {
        let rows = CommandTable.all.map { ($0.name, $0.summary) }
        return """
            unmask finds failures that hide behind a success.

            Usage: unmask COMMAND [OPTIONS]

            Commands:
            \(columns(rows))
            `unmask COMMAND --help` explains a command.

            """
    }

    static func of(_ command: Command) -> String {
        let usage =
            (["unmask", command.name] + command.operands + (command.takesMoreOperands ? ["..."] : []) + ["[OPTIONS]"])
            .joined(separator: " ")
        let rows = command.allOptions.map { option in
            (["--\(option.name)", option.value].compactMap { $0 }.joined(separator: " "), option.help)
        }
        let details = command.details.isEmpty ? "" : "\n\(command.details)\n"
        return "Usage: \(usage)\n\n\(command.name): \(command.summary)\n\(details)\nOptions:\n\(columns(rows))"
    }

    private static func columns(_ rows: [(String, String)]) -> String {
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { name, text in
            "  \(name)\(String(repeating: " ", count: width - name.count))  \(text)\n"
        }.joined()
    }
}

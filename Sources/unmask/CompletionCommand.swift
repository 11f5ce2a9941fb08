/// `unmask completion bash|zsh`: what the shell needs to complete words, out of the table of commands.
enum CompletionCommand {
    static let command = Command(
        name: "completion", summary: "print what bash or zsh needs to complete words", operands: ["SHELL"],
        details: """
            bash:  source <(unmask completion bash)
            zsh:   unmask completion zsh > "${fpath[1]}/_unmask"
            """,
        run: { arguments, console throws(CommandError) in
            switch arguments.operands[0] {
            case "bash": console.out(bash())
            case "zsh": console.out(zsh())
            case let other: throw .usage("completion knows bash and zsh, not \(SafeText.quoted(other))")
            }
            return .success
        })

    /// The words that may stand for an operand, where there is a list of them.
    private static func operands(of command: Command) -> [String] {
        switch command.name {
        case "help": CommandTable.all.map(\.name)
        case "completion": ["bash", "zsh"]
        case "rules": ["try"]
        default: []
        }
    }

    static func bash() -> String {
        var cases = ""
        var choices: [String: [String]] = [:]
        for command in CommandTable.all {
            let options = command.allOptions.flatMap { option in
                ["--" + option.name] + (option.letter.map { ["-" + $0] } ?? [])
            }
            cases += "    \(command.name)) words=\"\((options + operands(of: command)).joined(separator: " "))\" ;;\n"
            for option in command.options where !option.choices.isEmpty {
                choices["\(command.name):--\(option.name)"] = option.choices
            }
        }
        let values = choices.sorted { $0.key < $1.key }
            .map { "    \($0.key)) words=\"\($0.value.joined(separator: " "))\" ;;\n" }.joined()
        return """
            # Completion of unmask for bash.
            _unmask() {
              local current="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" words=""
              if [ "$COMP_CWORD" -eq 1 ]; then
                COMPREPLY=($(compgen -W "\(CommandTable.all.map(\.name).joined(separator: " ")) --help --version" \
            -- "$current"))
                return
              fi
              case "${COMP_WORDS[1]}" in
            \(cases)  esac
              case "${COMP_WORDS[1]}:$before" in
            \(values)  esac
              COMPREPLY=($(compgen -W "$words" -- "$current"))
            }
            complete -o default -F _unmask unmask

            """
    }

    static func zsh() -> String {
        let commands = CommandTable.all.map { "    \(quoted("\($0.name):\(plain($0.summary))"))\n" }.joined()
        let cases = CommandTable.all.map { command in
            let specs = command.allOptions.flatMap(specs) + rest(of: command)
            return "    \(command.name)) _arguments \(specs.joined(separator: " ")) ;;\n"
        }.joined()
        return """
            #compdef unmask
            # Completion of unmask for zsh.
            _unmask() {
              local -a commands=(
            \(commands)  )
              if (( CURRENT == 2 )); then
                _describe command commands
                return
              fi
              local name="$words[2]"
              shift words
              (( CURRENT-- ))
              case "$name" in
            \(cases)  esac
            }
            _unmask "$@"

            """
    }

    private static func specs(_ option: OptionSpec) -> [String] {
        let what = option.choices.isEmpty ? "" : "(\(option.choices.joined(separator: " ")))"
        let value = option.value.map { ":\(plain($0)):\(what)" } ?? ""
        let names = ["--" + option.name + (option.value == nil ? "" : "=")] + (option.letter.map { ["-" + $0] } ?? [])
        return names.map { quoted("\($0)[\(plain(option.help))]\(value)") }
    }

    private static func rest(of command: Command) -> [String] {
        guard !command.operands.isEmpty else { return [] }
        let known = operands(of: command)
        return [
            quoted("*:\(plain(command.operands[0])):\(known.isEmpty ? "_files" : "(\(known.joined(separator: " ")))")")
        ]
    }

    /// Without the signs that zsh's specifications are made of.
    private static func plain(_ text: String) -> String {
        String(text.map { "[]:\\`$\"".contains($0) ? " " : $0 })
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

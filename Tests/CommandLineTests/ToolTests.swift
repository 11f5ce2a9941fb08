import Configuration
import JSON
import Testing

@testable import unmask

@Suite struct ToolTests {
    @Test(arguments: [["--help"], ["-h"], ["help"]])
    func helpListsEveryCommand(words: [String]) {
        let shell = Shell()
        #expect(shell.run(words) == .success)
        for command in CommandTable.all { #expect(shell.out.contains("  \(command.name) ")) }
        #expect(shell.error.isEmpty)
    }

    @Test func aCommandIsExplainedInBothWays() {
        for command in CommandTable.all {
            let shell = Shell()
            #expect(shell.run("help", command.name) == .success)
            let asked = shell.out
            #expect(shell.run(command.name, "--help") == .success)
            #expect(shell.out == asked)
            #expect(asked.hasPrefix("Usage: unmask \(command.name)"))
            for option in command.options { #expect(asked.contains("--\(option.name)")) }
        }
    }

    @Test func theVersionIsSaid() {
        let shell = Shell()
        #expect(shell.run("version") == .success)
        let said = shell.out
        #expect(shell.run("--version") == .success)
        #expect(shell.out == said)
        #expect(said == "unmask \(CommandLineTool.version)\n")
    }

    @Test(arguments: [
        ([], "a command is missing", ""), (["trcae"], "unknown command 'trcae'; did you mean trace?", ""),
        (["frobnicate"], "unknown command 'frobnicate'", ""),
        (["help", "trac"], "unknown command 'trac'; did you mean trace?", ""),
        (["traces", "--sever=x"], "unknown option '--sever'; did you mean --server?", " traces"),
        (["traces", "--zzz"], "unknown option '--zzz'", " traces"),
        (["traces", "-x"], "unknown option '-x'", " traces"),
        (["traces", "--limit"], "--limit needs a value", " traces"),
        (["traces", "--limit", "--json"], "--limit needs a value", " traces"),
        (["traces", "--json=yes"], "--json takes no value", " traces"),
        (["traces", "more"], "traces takes no 'more'", " traces"), (["trace"], "trace needs ID", " trace"),
        (["trace", "xyz"], "'xyz' is no trace id: up to 32 hex digits", " trace"),
        (["trace", "0"], "'0' is no trace id: up to 32 hex digits", " trace"),
        (["trace", "1", "2"], "trace takes no '2'", " trace"), (["--verbose"], "unknown option '--verbose'", ""),
        (["\u{1B}[2J"], #"unknown command '\u{1b}[2J'"#, ""),
        (["rules", "tyr", "x"], "rules can be tried only (unmask rules try CONFIG), not 'tyr'", " rules"),
        (["traces", "--server", "nonsense://x"], "\"nonsense://x/api/v1/traces\" is no http or https URL", " traces"),
    ])
    func aMistakeIsNamedInOneLineThatSaysWhereToLook(words: [String], message: String, command: String) {
        let shell = Shell()
        #expect(shell.run(words) == .usage)
        #expect(shell.error == "unmask: \(message) (see `unmask\(command) --help`)\n")
        #expect(shell.out.isEmpty)
    }
}

@Suite struct ArgumentsTests {
    private let options = [OptionSpec("name", "N", ""), OptionSpec("flag", nil, "")]

    @Test func valuesComeInBothForms() throws {
        let arguments = try Arguments(["a", "--name=x=y", "--flag", "b", "--name", "z"], options: options)
        #expect(arguments["name"] == "z")
        #expect(arguments.has("flag"))
        #expect(arguments.operands == ["a", "b"])
    }

    @Test func anEmptyValueIsAValue() throws {
        #expect(try Arguments(["--name="], options: options)["name"] == "")
        #expect(try Arguments(["--name", ""], options: options)["name"] == "")
        #expect(try Arguments(["--name=--flag"], options: options)["name"] == "--flag")
    }

    @Test func twoDashesEndTheOptions() throws {
        let arguments = try Arguments(["--", "--flag", "-x", "--"], options: options)
        #expect(arguments.operands == ["--flag", "-x", "--"])
        #expect(!arguments.has("flag"))
        #expect(try Arguments(["-"], options: options).operands == ["-"])
    }
}

@Suite struct QuantityTests {
    @Test(
        arguments: [
            ("0", 0), ("4096", 4096), ("1B", 1), ("2GiB", 2 << 30), ("512MiB", 512 << 20), ("1.5GB", 1_500_000_000),
            ("1.5gb", 1_500_000_000), ("0.5KiB", 512), ("1.0000001MB", 1_000_000), ("16777215TiB", 16_777_215 << 40),
        ] as [(String, UInt64)])
    func aSizeIsRead(text: String, bytes: UInt64) {
        #expect(ByteSize(text)?.bytes == bytes)
    }

    @Test(arguments: [
        "", "GB", "1.", ".5GB", "-1", "1 GB", "1.2.3GB", "1XB", "16777216TiB", "99999999999999999999", "١GB", "1e3",
    ])
    func whatIsNoSizeIsRefused(text: String) {
        #expect(ByteSize(text) == nil)
    }

    @Test(
        arguments: [
            ("0", 0), ("200ms", 200_000_000), ("10s", 10_000_000_000), ("15m", 900_000_000_000),
            ("1.5h", 5_400_000_000_000),
            ("2d", 172_800_000_000_000), ("7us", 7000), ("7µs", 7000), ("9ns", 9),
        ] as [(String, UInt64)])
    func aDurationIsRead(text: String, nanoseconds: UInt64) {
        #expect(DurationText(text)?.nanoseconds == nanoseconds)
    }

    @Test(arguments: ["", "10", "s", "10 s", "-1s", "1m30s", "1y", "9999999999d"])
    func whatIsNoDurationIsRefused(text: String) {
        #expect(DurationText(text) == nil)
    }

    @Test(
        arguments: [
            (0, "0 ns"), (999, "999 ns"), (1000, "1 us"), (1_230_000, "1.23 ms"), (1_200_000, "1.2 ms"),
            (1_050_000, "1.05 ms"), (12_340_000, "12.3 ms"), (340_900_000, "340 ms"), (1_250_000_000, "1.25 s"),
            (599_000_000_000, "599 s"), (600_000_000_000, "10 min"), (UInt64.max, "307445734 min"),
        ] as [(UInt64, String)])
    func aDurationIsWrittenShortly(nanoseconds: UInt64, text: String) {
        #expect(DurationText.short(nanoseconds) == text)
    }
}

@Suite struct SafeTextTests {
    private let unicode = TextStyle(isUnicode: true, isColoured: false, columns: nil)

    @Test func ordinaryTextStaysAsItIs() {
        for text in ["GET /a", "naïve", "日本語", "Ελλάδα"] { #expect(SafeText.escape(text, style: unicode) == text) }
        #expect(SafeText.escape("naïve", style: .plain) == #"na\u{ef}ve"#)
    }

    @Test func longTextEndsInAnEllipsisInsideItsBound() {
        #expect(SafeText.escape("abcdef", columnsMax: 6, style: unicode) == "abcdef")
        #expect(SafeText.escape("abcdefg", columnsMax: 6, style: unicode) == "abcde…")
        #expect(SafeText.escape("abcdefg", columnsMax: 6, style: .plain) == "abc...")
        #expect(SafeText.columns(SafeText.escape("日本語日本語", columnsMax: 6, style: unicode)) <= 6)
    }

    @Test func marksThatPileUpAreShownAsText() {
        let zalgo = "a" + String(repeating: "\u{301}", count: 10_000)
        #expect(SafeText.escape(zalgo, columnsMax: 20, style: unicode).unicodeScalars.count <= 20)
    }
}

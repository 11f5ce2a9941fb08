/// What the shell is told. The numbers above 1 are those of sysexits.
enum ExitCode: Int32, Sendable {
    case success = 0
    /// Something asked for is not there, or a finding where asked to fail on one.
    case failure = 1
    case usage = 64
    case unreachable = 69
    case configuration = 78
}

/// Why a command ends early, in one line.
struct CommandError: Error, Hashable, Sendable {
    var code: ExitCode
    var message: String

    init(_ code: ExitCode, _ message: String) {
        self.code = code
        self.message = message
    }

    static func usage(_ message: String) -> CommandError { CommandError(.usage, message) }
}

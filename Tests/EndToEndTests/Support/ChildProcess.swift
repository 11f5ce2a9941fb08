import Foundation
import Testing

/// A program that a test started. Ends with its last reference, by its own number.
///
/// Output goes to files: no pipe can fill up, and whoever waits looks at the file.
final class ChildProcess {
    let folder: TemporaryFolder
    private let name: String
    private let number: pid_t
    private var exit: Int32?

    init(
        _ executable: String, _ arguments: [String], name: String, folder: TemporaryFolder = TemporaryFolder(),
        environment: [String: String] = [:]
    ) throws {
        self.folder = folder
        self.name = name
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (descriptor, stream) in [(Int32(1), "out"), (2, "err")] {
            posix_spawn_file_actions_addopen(
                &actions, descriptor, folder.file("\(name).\(stream)"), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        }
        var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) } + [nil]
        let merged = ProcessInfo.processInfo.environment.filter { $0.key != "UNMASK_TOKEN" }
            .merging(environment) { $1 }
        var settings: [UnsafeMutablePointer<CChar>?] = merged.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + settings { free(text) } }
        var number: pid_t = 0
        let result = posix_spawn(&number, executable, &actions, nil, &words, &settings)
        guard result == 0 else {
            throw TestFailure("\(executable) does not start: \(String(cString: strerror(result)))")
        }
        self.number = number
    }

    deinit {
        if exit == nil {
            kill(number, SIGKILL)
            var status: Int32 = 0
            waitpid(number, &status, 0)
        }
    }

    var out: String { folder.text("\(name).out") }
    var err: String { folder.text("\(name).err") }

    func send(_ signal: Int32) {
        if exit == nil { kill(number, signal) }
    }

    /// The exit code, or the negative number of the signal that ended the program.
    func wait(seconds: Double = 20) throws -> Int32 {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while Date() < deadline {
            if let code = poll() { return code }
            usleep(5000)
        }
        throw TestFailure("\(name) did not end within \(seconds) s; it says: \(out)\(err)")
    }

    /// Nil while the program runs.
    func poll() -> Int32? {
        if let exit { return exit }
        var status: Int32 = 0
        guard waitpid(number, &status, WNOHANG) == number else { return nil }
        let signal = status & 0x7F
        exit = signal == 0 ? status >> 8 & 0xFF : -signal
        return exit
    }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

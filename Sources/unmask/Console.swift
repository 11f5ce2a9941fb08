import Glibc

/// Where a command reads its surroundings from and writes to; tests bring their own.
struct Console {
    var environment: (String) -> String?
    var isTerminal: Bool
    /// As the terminal says; nil where there is none.
    var terminalColumns: Int?
    var writeOut: ([UInt8]) -> Void
    var writeError: ([UInt8]) -> Void

    func out(_ text: String) { writeOut(Array(text.utf8)) }
    func error(_ line: String) { writeError(Array("unmask: \(line)\n".utf8)) }

    /// How text may look here.
    func style(ascii: Bool) -> TextStyle {
        TextStyle(
            isUnicode: !ascii && isUnicodeLocale,
            isColoured: isTerminal && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb",
            columns: environment("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? terminalColumns)
    }

    /// The first of these that is set decides, as POSIX has it.
    private var isUnicodeLocale: Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment($0) }.first { !$0.isEmpty } ?? ""
        return locale.lowercased().contains("utf-8") || locale.lowercased().contains("utf8")
    }
}

/// What a text may use: signs beyond ASCII, colours, and how many columns (nil: as many as it likes).
struct TextStyle: Hashable {
    var isUnicode: Bool
    var isColoured: Bool
    var columns: Int?

    static let plain = TextStyle(isUnicode: false, isColoured: false, columns: nil)

    func pick(_ unicode: String, _ ascii: String) -> String { isUnicode ? unicode : ascii }

    func bold(_ text: String) -> String { paint(text, "1") }
    func red(_ text: String) -> String { paint(text, "1;31") }
    func yellow(_ text: String) -> String { paint(text, "1;33") }

    private func paint(_ text: String, _ code: String) -> String {
        isColoured && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

extension Console {
    static var standard: Console {
        Console(
            environment: { name in getenv(name).map { String(cString: $0) } },
            isTerminal: isatty(STDOUT_FILENO) == 1, terminalColumns: columns(),
            writeOut: { write($0, STDOUT_FILENO) }, writeError: { write($0, STDERR_FILENO) })
    }

    private static func columns() -> Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// A reader that is gone ends the program by signal, as it should in a pipe; other failures have nobody to tell.
    private static func write(_ bytes: [UInt8], _ descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            if written <= 0 { return }
            rest = rest.dropFirst(written)
        }
    }
}

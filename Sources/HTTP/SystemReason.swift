import Glibc

/// The system's words for an error number. In a file of its own: curl's module and Glibc's disagree about `fd_set`
/// where one file imports both.
enum SystemReason {
    static func text(_ number: Int32) -> String { String(cString: strerror(number)) }
}

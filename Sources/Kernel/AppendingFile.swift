import Glibc

/// A file that this program appends to, or standard output. When its name goes to another file, as rotation does, the
/// next bytes go to whatever bears the name then.
package struct AppendingFile: ~Copyable {
    private let descriptor: Descriptor
    private let path: String?
    private let device: UInt
    private let number: UInt

    package static func named(_ path: String) throws(PlatformError) -> AppendingFile {
        let raw = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o640)
        guard raw >= 0 else { throw .last("append to", path) }
        let descriptor = Descriptor(owning: raw)
        var info = stat()
        guard fstat(raw, &info) == 0 else { throw .last("append to", path) }
        return AppendingFile(descriptor, path: path, device: UInt(info.st_dev), number: UInt(info.st_ino))
    }

    package static func standardOutput() throws(PlatformError) -> AppendingFile {
        let raw = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
        guard raw >= 0 else { throw .last("use", "standard output") }
        return AppendingFile(Descriptor(owning: raw), path: nil, device: 0, number: 0)
    }

    private init(_ descriptor: consuming Descriptor, path: String?, device: UInt, number: UInt) {
        self.descriptor = descriptor
        self.path = path
        self.device = device
        self.number = number
    }

    /// False when the name points elsewhere, or nowhere.
    package var isCurrent: Bool {
        guard let path else { return true }
        var info = stat()
        return stat(path, &info) == 0 && UInt(info.st_dev) == device && UInt(info.st_ino) == number
    }

    /// How much a pipe takes without waiting once it is ready (Linux's PIPE_BUF).
    private static let pieceBytes = 4096

    /// Writes all of it. A pipe whose reader is slow is waited for as long as `isPatient` says so, asked ten times a
    /// second.
    package func append(_ bytes: [UInt8], whilePatient isPatient: () -> Bool) throws(PlatformError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let ready = Poll.wait([(descriptor.raw, .writing)], milliseconds: 100)
            if !ready[0].contains(.writing) {
                guard isPatient() else {
                    throw PlatformError(code: .init(number: EAGAIN), operation: "write to", subject: name)
                }
                continue
            }
            let piece = path == nil ? rest.prefix(Self.pieceBytes) : rest
            let count = piece.withUnsafeBytes { write(descriptor.raw, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { throw .last("write to", name) }
            rest = rest.dropFirst(count)
        }
    }

    private var name: String { path ?? "standard output" }
}

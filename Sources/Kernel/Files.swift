import Glibc

/// Files, whole ones, in the few ways that are needed.
package enum Files {
    package static func read(_ path: String, bytesMax: Int) throws(PlatformError) -> [UInt8] {
        let raw = open(path, O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else { throw .last("read", path) }
        let descriptor = Descriptor(owning: raw)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor.raw, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw .last("read", path)
            }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= bytesMax else {
                throw PlatformError(code: .init(number: EFBIG), operation: "read", subject: path)
            }
        }
    }

    /// Writes beside the target and renames, so that a reader sees the old file or the new one, never half of one.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(PlatformError) {
        let draft = "\(path).\(getpid()).new"
        let raw = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard raw >= 0 else { throw .last("write", path) }
        let descriptor = Descriptor(owning: raw)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { write(descriptor.raw, $0.baseAddress! + written, $0.count - written) }
            guard count >= 0 || errno == EINTR else { throw .last("write", path) }
            written += max(count, 0)
        }
        guard rename(draft, path) == 0 else { throw .last("write", path) }
    }

    /// Makes the folder and those above it.
    package static func makeFolder(_ path: String) throws(PlatformError) {
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return try requireFolder(path) }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw .last("make the folder", path)
        }
        try makeFolder(String(path[..<slash]))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .last("make the folder", path) }
    }

    private static func requireFolder(_ path: String) throws(PlatformError) {
        guard access(path, R_OK | W_OK | X_OK) == 0 else { throw .last("use the folder", path) }
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else {
            throw PlatformError(code: .init(number: ENOTDIR), operation: "use the folder", subject: path)
        }
    }

    /// Holds a lock file for as long as the descriptor lives, so that two processes never share a data folder.
    package static func lock(_ path: String) throws(PlatformError) -> Descriptor {
        let raw = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard raw >= 0 else { throw .last("lock", path) }
        let descriptor = Descriptor(owning: raw)
        guard flock(descriptor.raw, LOCK_EX | LOCK_NB) == 0 else { throw .last("lock", path) }
        return descriptor
    }
}

import Glibc

/// A file that another program appends to. It stays readable when its name goes to another file.
package struct GrowingFile: ~Copyable {
    /// What a name points at, whatever it is called.
    package struct Identity: Hashable, Sendable {
        fileprivate let device: UInt
        fileprivate let number: UInt

        fileprivate init(_ info: stat) {
            device = UInt(info.st_dev)
            number = UInt(info.st_ino)
        }
    }

    package let identity: Identity
    private let descriptor: Descriptor
    private let path: String

    /// Opening never waits, whatever stands there; what is no plain file is refused.
    package init(_ path: String) throws(PlatformError) {
        let raw = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard raw >= 0 else { throw .last("read", path) }
        let descriptor = Descriptor(owning: raw)
        var info = stat()
        guard fstat(raw, &info) == 0 else { throw .last("read", path) }
        guard info.st_mode & S_IFMT == S_IFREG else {
            throw PlatformError(
                code: .init(number: info.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL), operation: "read",
                subject: path)
        }
        identity = Identity(info)
        self.descriptor = descriptor
        self.path = path
    }

    /// What the name points at now; nil where there is nothing.
    package static func identity(of path: String) -> Identity? {
        var info = stat()
        return stat(path, &info) == 0 ? Identity(info) : nil
    }

    package var size: UInt64 {
        get throws(PlatformError) {
            var info = stat()
            guard fstat(descriptor.raw, &info) == 0 else { throw .last("read", path) }
            return UInt64(info.st_size)
        }
    }

    /// How many bytes came into the buffer; 0 at the end.
    package func read(
        at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(PlatformError) -> Int {
        while true {
            let count = pread(descriptor.raw, buffer.baseAddress, buffer.count, off_t(offset))
            if count >= 0 { return count }
            if errno != EINTR { throw .last("read", path) }
        }
    }
}

import Glibc

extension Files {
    package enum Kind: Sendable {
        case file
        case folder
        /// A device, a socket, a pipe: nothing to read to an end.
        case other
    }

    /// What stands under the path, symbolic links followed.
    package static func kind(_ path: String) throws(PlatformError) -> Kind {
        var info = stat()
        guard stat(path, &info) == 0 else { throw .last("read", path) }
        switch info.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        default: return .other
        }
    }

    /// Names in the folder, sorted, without hidden ones.
    package static func names(in folder: String) throws(PlatformError) -> [String] {
        guard let handle = opendir(folder) else { throw .last("read the folder", folder) }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// Everything that comes in on standard input.
    package static func readStandardInput(bytesMax: Int) throws(PlatformError) -> [UInt8] {
        try read("/dev/stdin", bytesMax: bytesMax)
    }
}

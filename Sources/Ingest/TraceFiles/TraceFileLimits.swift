/// How much a reader of recorded traces holds.
package struct TraceFileLimits: Sendable, Hashable {
    /// Of one file, and of what it unpacks to.
    package var fileBytesMax: Int
    /// Of one recorded request.
    package var bodyBytesMax: Int
    /// Of all files together.
    package var spansMax: Int
    package var filesMax: Int
    package var folderDepthMax: Int

    package init(
        fileBytesMax: Int = 128 << 20, bodyBytesMax: Int = 64 << 20, spansMax: Int = 2_000_000, filesMax: Int = 200_000,
        folderDepthMax: Int = 8
    ) {
        self.fileBytesMax = fileBytesMax
        self.bodyBytesMax = bodyBytesMax
        self.spansMax = spansMax
        self.filesMax = filesMax
        self.folderDepthMax = folderDepthMax
    }
}

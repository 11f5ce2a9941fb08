/// Why bytes that came from a gateway's log became no spans. Each has a counter in `/metrics`.
package enum LogRefusal: String, Sendable, CaseIterable {
    /// The line is not of the grammar that the format names: cut off, binary, something else.
    case malformed
    /// Longer than a line may be.
    case tooLong = "too_long"
    /// A line of the right grammar that tells of no request: a message of the gateway about itself.
    case noRequest = "no_request"
    /// An upstream attempt's own line that names no trace and no request.
    case noContext = "no_context"
    /// The store asked to wait, and datagrams can't.
    case overloaded
    /// Datagrams came faster than they were read, and the kernel had no room for them.
    case bufferFull = "buffer_full"
    /// The spans of one line are more than a batch may hold.
    case oversized
    /// More connections than may be open.
    case tooManyConnections = "too_many_connections"
    /// A log file that can't be opened or read, counted once for each time that it was tried.
    case unreadableFile = "unreadable_file"
    /// A log file became shorter than what was read of it, and is read from its beginning.
    case truncatedFile = "truncated_file"
}

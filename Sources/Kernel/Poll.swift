import Glibc

/// Waits until one of a few descriptors is ready: for a thread that has two of them and needs no loop.
package enum Poll {
    package struct Interest: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        package static let reading = Interest(rawValue: 1)
        package static let writing = Interest(rawValue: 2)
    }

    /// What is ready of each; a hang-up or an error counts as both, so that the next call says what it is.
    /// Nil waits for ever.
    package static func wait(
        _ watched: [(descriptor: Int32, interest: Interest)], milliseconds: Int?
    ) -> [Interest] {
        var entries = watched.map { entry in
            let events =
                (entry.interest.contains(.reading) ? Int32(POLLIN) : 0)
                | (entry.interest.contains(.writing) ? Int32(POLLOUT) : 0)
            return pollfd(fd: entry.descriptor, events: Int16(events), revents: 0)
        }
        // An interrupted wait looks like one that ended early, which every caller has to expect anyway.
        guard poll(&entries, nfds_t(entries.count), milliseconds.map { Int32(clamping: $0) } ?? -1) > 0 else {
            return watched.map { _ in [] }
        }
        return entries.map { entry in
            let ready = Int32(entry.revents)
            var interest: Interest = []
            if ready & (Int32(POLLIN) | Int32(POLLHUP) | Int32(POLLERR)) != 0 { interest.insert(.reading) }
            if ready & (Int32(POLLOUT) | Int32(POLLERR)) != 0 { interest.insert(.writing) }
            return interest
        }
    }
}

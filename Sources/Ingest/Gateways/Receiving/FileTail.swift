import Platform

/// Follows one log file by its name, through rotation, truncation and absence. What was there before this began is
/// left alone. One thread.
///
/// A renamed file is read on for a while, since its writer goes on until somebody tells it to open the new one.
final class FileTail {
    struct Round {
        var isTruncated = false
        var isUnreadable = false
        var bytes = 0
    }

    private struct Open: ~Copyable {
        let file: GrowingFile
        var offset: UInt64
        var stream: MessageStream
    }

    let path: String
    private let lineBytesMax: Int
    private var current: Open?
    /// The file that had the name before.
    private var leaving: Open?
    private var leavingQuietNanoseconds: UInt64 = 0
    private var isFirst = true
    private var retryNanoseconds: UInt64 = 0
    private var tooLong = 0

    static let leavingNanosecondsMax: UInt64 = 10_000_000_000
    private static let retryIntervalNanoseconds: UInt64 = 1_000_000_000
    /// So much of one file at a time, so that others have their turn.
    static let roundBytesMax = 1 << 20

    init(_ path: String, lineBytesMax: Int) {
        self.path = path
        self.lineBytesMax = lineBytesMax
        var round = Round()
        open(0, &round)
        retryNanoseconds = 0
    }

    func takeTooLong() -> Int {
        defer { tooLong = 0 }
        return tooLong
    }

    /// Reads what is new. `buffer` is lent for the call.
    func poll(
        nowNanoseconds: UInt64, buffer: UnsafeMutableRawBufferPointer, _ line: (ArraySlice<UInt8>) -> Void
    ) -> Round {
        var round = Round()
        readLeaving(nowNanoseconds, buffer, &round, line)
        if current != nil {
            read(&current, buffer, &round, line)
            guard GrowingFile.identity(of: path) != current?.file.identity else { return round }
            replace(nowNanoseconds, &round)
        } else {
            open(nowNanoseconds, &round)
        }
        if round.bytes < Self.roundBytesMax { read(&current, buffer, &round, line) }
        return round
    }

    private func open(_ now: UInt64, _ round: inout Round) {
        guard now >= retryNanoseconds else { return }
        do throws(PlatformError) {
            let file = try GrowingFile(path)
            let offset = isFirst ? try file.size : 0
            current = Open(file: file, offset: offset, stream: MessageStream(.lines, messageBytesMax: lineBytesMax))
            isFirst = false
        } catch {
            // A log that is not there yet is one that will be there: from its beginning.
            isFirst = false
            if error.code != .noSuchFile { round.isUnreadable = true }
            retryNanoseconds = error.code == .noSuchFile ? now : now + Self.retryIntervalNanoseconds
        }
    }

    /// The name points at another file, or at none. Without a new one the old one is still the one to read.
    private func replace(_ now: UInt64, _ round: inout Round) {
        guard GrowingFile.identity(of: path) != nil, now >= retryNanoseconds else { return }
        do throws(PlatformError) {
            let file = try GrowingFile(path)
            leaving = current.take()
            leavingQuietNanoseconds = now
            current = Open(file: file, offset: 0, stream: MessageStream(.lines, messageBytesMax: lineBytesMax))
        } catch {
            round.isUnreadable = true
            retryNanoseconds = now + Self.retryIntervalNanoseconds
        }
    }

    private func readLeaving(
        _ now: UInt64, _ buffer: UnsafeMutableRawBufferPointer, _ round: inout Round,
        _ line: (ArraySlice<UInt8>) -> Void
    ) {
        guard leaving != nil else { return }
        let before = round.bytes
        read(&leaving, buffer, &round, line)
        if round.bytes > before { leavingQuietNanoseconds = now }
        if now - leavingQuietNanoseconds > Self.leavingNanosecondsMax { leaving = nil }
    }

    private func read(
        _ open: inout Open?, _ buffer: UnsafeMutableRawBufferPointer, _ round: inout Round,
        _ line: (ArraySlice<UInt8>) -> Void
    ) {
        guard var file = open.take() else { return }
        do throws(PlatformError) {
            if try file.file.size < file.offset {
                round.isTruncated = true
                _ = file.stream.reset()
                file.offset = 0
            }
            var count = 0
            while count < Self.roundBytesMax {
                let new = try file.file.read(at: file.offset, into: buffer)
                if new == 0 { break }
                file.stream.append(UnsafeRawBufferPointer(rebasing: buffer[..<new]), line)
                file.offset += UInt64(new)
                count += new
            }
            round.bytes += count
            tooLong += file.stream.takeTooLong()
        } catch {
            round.isUnreadable = true
        }
        open = consume file
    }
}

/// Cuts a stream of bytes into lines, or into syslog's counted frames (RFC 6587), whichever it is. A value: bytes in,
/// messages out; what is longer than a message may be is left out and counted.
package struct MessageStream {
    package enum Framing {
        case lines
        /// Each message says at its beginning whether its length stands in front.
        case syslog
    }

    private let framing: Framing
    private let messageBytesMax: Int
    private var waiting: [UInt8] = []
    /// So many bytes of the line that waits have no end of it: whoever sends byte by byte makes no work.
    private var searched = 0
    /// Bytes of an overlong frame that are still to be passed over; nil for a line that ends somewhere.
    private var skipping: Skip = .nothing
    private(set) var tooLong = 0

    private enum Skip {
        case nothing
        case bytes(Int)
        case line
    }

    package init(_ framing: Framing, messageBytesMax: Int) {
        self.framing = framing
        self.messageBytesMax = messageBytesMax
    }

    /// Bytes of a message whose end has not come.
    package var waitingBytes: Int { waiting.count }

    mutating func takeTooLong() -> Int {
        defer { tooLong = 0 }
        return tooLong
    }

    /// Forgets the half message; says whether there was one.
    mutating func reset() -> Bool {
        defer {
            waiting.removeAll()
            searched = 0
            skipping = .nothing
        }
        return !waiting.isEmpty
    }

    package mutating func append(_ bytes: UnsafeRawBufferPointer, _ body: (ArraySlice<UInt8>) -> Void) {
        waiting.append(contentsOf: bytes)
        var rest = waiting[...]
        while let message = next(&rest) { body(message) }
        waiting.removeFirst(rest.startIndex)
    }

    private mutating func next(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        while true {
            guard skip(&rest) else { return nil }
            while let first = rest.first, first == 0x0A || first == 0x0D { rest.removeFirst() }
            guard let first = rest.first else { return nil }
            if framing == .syslog, (0x31...0x39).contains(first), let (start, count) = Self.count(rest) {
                searched = 0
                guard count <= messageBytesMax else {
                    tooLong += 1
                    skipping = .bytes(start - rest.startIndex + count)
                    continue
                }
                guard rest.endIndex - start >= count else { return nil }
                defer { rest = rest[(start + count)...] }
                return rest[start..<(start + count)]
            }
            guard let end = rest.dropFirst(searched).firstIndex(of: 0x0A) else {
                searched = rest.count
                guard rest.count > messageBytesMax else { return nil }
                searched = 0
                tooLong += 1
                skipping = .line
                continue
            }
            searched = 0
            let line = rest[..<end]
            rest = rest[(end + 1)...]
            if line.count <= messageBytesMax { return line.last == 0x0D ? line.dropLast() : line }
            tooLong += 1
        }
    }

    /// Passes over what is left of an overlong message; false while it goes on.
    private mutating func skip(_ rest: inout ArraySlice<UInt8>) -> Bool {
        switch skipping {
        case .nothing: return true
        case .bytes(let count):
            let passed = min(count, rest.count)
            rest = rest.dropFirst(passed)
            skipping = passed == count ? .nothing : .bytes(count - passed)
        case .line:
            guard let end = rest.firstIndex(of: 0x0A) else {
                rest = rest[rest.endIndex...]
                return false
            }
            rest = rest[(end + 1)...]
            skipping = .nothing
        }
        if case .nothing = skipping { return true }
        return false
    }

    /// `123 <190>...`: where the message begins and how long it is. Nil for what begins with a digit and is a line.
    private static func count(_ bytes: ArraySlice<UInt8>) -> (start: Int, count: Int)? {
        guard let end = bytes.prefix(9).firstIndex(of: UInt8(ascii: " ")), end + 1 < bytes.endIndex,
            bytes[end + 1] == UInt8(ascii: "<")
        else { return nil }
        let digits = bytes[..<end]
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return (end + 1, digits.reduce(0) { $0 * 10 + Int($1 & 15) })
    }
}

import Symbols
import TraceModel

/// What of a text can change a span's meaning, read from its bytes. Only for texts of ASCII without zero bytes and
/// carriage returns, where bytes are characters; all other texts are taken whole.
final class PlainText {
    private let seed: UInt64
    private let phrases: [(text: [UInt8], bit: UInt64)]
    /// True for the small letters with which a phrase begins.
    private let begins: UnsafeMutablePointer<Bool>
    private let breakerBit: UInt64
    private let agents: UnsafeMutablePointer<(hash: UInt64, isProbe: Bool)>
    private let probes = TrafficKinds.probes.map { Array($0.utf8) }
    /// The words that announce a table, each as one number.
    private let beforeTable: UnsafeMutableBufferPointer<UInt64>
    private static let agentsCount = 1024
    /// As many characters of a message are looked at.
    private static let messageBytesMax = 1024
    private static let statementBytesMax = 4096
    private static let prime: UInt64 = 0xE703_7ED1_A0B4_28DB

    init(seed: UInt64) {
        self.seed = seed
        var phrases: [(text: [UInt8], bit: UInt64)] = ErrorTypes.phrases.enumerated().map { number, entry in
            (Array(entry.0.utf8), UInt64(1) << UInt64(number))
        }
        breakerBit = 1 << UInt64(phrases.count)
        // Type and message are searched as one text with a space between them, so that a message may hold the end of
        // what a breaker says.
        for words in ErrorTypes.breakerWords {
            var rest = Substring(words)
            phrases.append((Array(rest.utf8), breakerBit))
            while let space = rest.firstIndex(of: " ") {
                rest = rest[rest.index(after: space)...]
                phrases.append((Array(rest.utf8), breakerBit))
            }
        }
        self.phrases = phrases
        beforeTable = .allocate(capacity: Databases.beforeTable.count)
        _ = beforeTable.initialize(from: Databases.beforeTable.map { Self.number(Array($0.utf8)) })
        begins = .allocate(capacity: 256)
        begins.initialize(repeating: false, count: 256)
        for phrase in phrases { begins[Int(phrase.text[0])] = true }
        agents = .allocate(capacity: Self.agentsCount)
        agents.initialize(repeating: (0, false), count: Self.agentsCount)
    }

    deinit {
        beforeTable.deallocate()
        begins.deallocate()
        agents.deallocate()
    }

    @inline(__always)
    static func isPlain(_ text: OTLPBytes) -> Bool {
        var offset = 0
        while offset + 8 <= text.count {
            let word = text.start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let returns = word ^ 0x0D0D_0D0D_0D0D_0D0D
            let zeros = (word &- 0x0101_0101_0101_0101) & ~word
            let found = zeros | (returns &- 0x0101_0101_0101_0101) & ~returns | word
            if found & 0x8080_8080_8080_8080 != 0 { return false }
            offset += 8
        }
        while offset < text.count {
            let byte = text.start.load(fromByteOffset: offset, as: UInt8.self)
            if byte == 0 || byte == 0x0D || byte >= 0x80 { return false }
            offset += 1
        }
        return true
    }

    @inline(__always)
    func whole(_ text: OTLPBytes) -> UInt64 { Hash.of(text.start, text.count, seed: seed) }

    /// Which phrases a message has; one that speaks of circuit breakers is taken whole.
    func message(_ text: OTLPBytes) -> UInt64 {
        guard text.count > 0 else { return 0 }
        guard Self.isPlain(text) else { return whole(text) }
        var bits: UInt64 = 1 << 63
        let bytes = text.bytes
        for position in 0..<text.count where begins[Int(Self.small(bytes[position]))] {
            for phrase in phrases where Self.holds(bytes, phrase.text, at: position) {
                let isSeen = phrase.bit == breakerBit || position + phrase.text.count <= Self.messageBytesMax
                if isSeen { bits |= phrase.bit }
            }
        }
        return bits & breakerBit != 0 ? whole(text) : bits
    }

    func agent(_ text: OTLPBytes) -> UInt64 {
        guard text.count > 0 else { return 0 }
        let hash = whole(text)
        let slot = agents + Int(truncatingIfNeeded: hash >> 32) & (Self.agentsCount - 1)
        if slot.pointee.hash == hash { return slot.pointee.isProbe ? 2 : 1 }
        guard Self.isPlain(text) else { return hash }
        let bytes = text.bytes
        let isProbe = probes.contains { probe in (0..<text.count).contains { Self.holds(bytes, probe, at: $0) } }
        slot.pointee = (hash, isProbe)
        return isProbe ? 2 : 1
    }

    func path(_ text: OTLPBytes) -> UInt64 {
        guard text.count > 0 else { return 0 }
        return Self.isPlain(text) ? PathReducer.hash(text.bytes, seed: seed) : whole(text)
    }

    /// The authority and, where it matters, the path; as it is where the path may be a procedure's name.
    func url(_ text: OTLPBytes, wantsPath: Bool, wantsProcedure: Bool) -> UInt64 {
        guard text.count > 0 else { return 0 }
        guard Self.isPlain(text) else { return whole(text) }
        let bytes = text.bytes
        let slash = UInt8(ascii: "/")
        var hostStart = -1
        for position in 0..<max(text.count - 2, 0)
        where bytes[position] == UInt8(ascii: ":") && bytes[position + 1] == slash && bytes[position + 2] == slash {
            hostStart = position + 3
            break
        }
        if wantsProcedure || hostStart < 0 { return hostStart < 0 && !wantsProcedure ? path(text) : whole(text) }
        var hostEnd = hostStart
        while hostEnd < text.count, !Self.endsHost(bytes[hostEnd]) { hostEnd += 1 }
        var hash = Hash.mix(host(bytes, hostStart, hostEnd), Self.prime)
        guard wantsPath else { return hash }
        if hostEnd < text.count, bytes[hostEnd] == slash {
            hash ^= path(OTLPBytes(start: text.start + hostEnd, count: text.count - hostEnd))
        }
        return Hash.mix(hash, Self.prime)
    }

    @inline(__always)
    private static func endsHost(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    /// What stands behind the last user and password.
    private func host(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
        var end = end
        while end > start, bytes[end - 1] == UInt8(ascii: "@") { end -= 1 }
        var begin = end
        while begin > start, bytes[begin - 1] != UInt8(ascii: "@") { begin -= 1 }
        return Hash.of(UnsafeBufferPointer(rebasing: bytes[begin..<end]))
    }

    /// The first word and the one behind the first that announces a table.
    func statement(_ text: OTLPBytes) -> UInt64 {
        guard text.count > 0 else { return 0 }
        guard Self.isPlain(text) else { return whole(text) }
        let bytes = UnsafeBufferPointer(rebasing: text.bytes.prefix(Self.statementBytesMax))
        var hash = seed
        var words = 0
        var isTable = false
        var start = 0
        while start < bytes.count {
            if Self.isGap(bytes[start]) {
                start += 1
                continue
            }
            var end = start
            while end < bytes.count, !Self.isGap(bytes[end]) { end += 1 }
            let word = UnsafeBufferPointer(rebasing: bytes[start..<end])
            if words == 0 || isTable { hash = Hash.mix(hash ^ Hash.of(word) ^ (isTable ? 1 : 0), Self.prime) }
            if isTable { return hash }
            isTable = word.count <= 8 && beforeTable.contains(Self.number(word))
            words += 1
            start = end
        }
        return Hash.mix(hash ^ 2, Self.prime)
    }

    /// At most eight letters, small ones, as one number.
    @inline(__always)
    private static func number(_ word: some Collection<UInt8>) -> UInt64 {
        word.reduce(0) { $0 << 8 | UInt64(small($1)) }
    }

    @inline(__always)
    private static func isGap(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x28 }

    /// An event's name that may speak of dead letters.
    static func mayBeDeadLetter(_ text: OTLPBytes) -> Bool {
        let bytes = text.bytes
        for position in 0..<max(text.count - 1, 0) where small(bytes[position]) == UInt8(ascii: "d") {
            let next = small(bytes[position + 1])
            if next == UInt8(ascii: "e") || next == UInt8(ascii: "l") { return true }
        }
        return false
    }

    @inline(__always)
    static func small(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

    /// The small letters of `text` stand at a place of `bytes`, in either case.
    @inline(__always)
    private static func holds(_ bytes: UnsafeBufferPointer<UInt8>, _ text: [UInt8], at position: Int) -> Bool {
        guard position + text.count <= bytes.count else { return false }
        for offset in 0..<text.count where small(bytes[position + offset]) != text[offset] { return false }
        return true
    }
}

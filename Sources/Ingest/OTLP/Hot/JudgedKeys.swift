import Symbols

/// What an attribute can change about a span's meaning, and so how its value enters the span's key.
enum KeyRole: UInt8 {
    /// The value as it is.
    case raw
    /// As it is; while it says something, no path does.
    case template
    /// As it is; with one of these a path may name a remote procedure.
    case rpc
    /// As it is; while it says something, no statement does.
    case databaseWord
    /// As it is, but for spans that answer: there it is the caller's, a new one each time.
    case peer
    /// Its authority and its reduced path.
    case url
    /// Its reduced form.
    case path
    /// Whether it is a probe's.
    case agent
    /// Verb and table.
    case statement
    /// Which of the phrases that mean something it has.
    case message
    /// The same, in an exception's event alone.
    case eventMessage
    /// Left out: the size goes into the record by itself.
    case size
    case contentLength
    /// That it is there.
    case presence

    /// For a key that an operator's rule asks for too.
    var withWholeValue: KeyRole {
        switch self {
        case .template, .rpc, .databaseWord: self
        default: .raw
        }
    }
}

/// The attributes that `SpanSemantics` asks for, found by the bytes of a key. All others cost one look at a table.
///
/// A test reads the sources of the semantics and fails on a key that is missing here.
final class JudgedKeys {
    struct Entry {
        /// Counts from 1; 0 is no key.
        var number: UInt32
        var role: KeyRole
    }

    private struct Slot {
        var hash: UInt64
        var start: UnsafePointer<UInt8>?
        var count: Int
        var entry: Entry
    }

    private static let slotsCount = 2048
    private let slots: UnsafeMutablePointer<Slot>
    private let headers: [(name: [UInt8], isRequest: Bool, entry: Entry)]
    private let headerLengths: UInt64
    private var texts: [UnsafeMutablePointer<UInt8>] = []
    /// Stands for every key of GraphQL's that is not judged by itself: that there is one matters.
    let graphql: Entry
    /// Numbers up to this belong to keys of sizes, in the order in which they are asked.
    static let sizesCount = UInt32(sizes.count)

    init(rules: SemanticRules) {
        slots = .allocate(capacity: Self.slotsCount)
        slots.initialize(
            repeating: Slot(hash: 0, start: nil, count: 0, entry: Entry(number: 0, role: .raw)),
            count: Self.slotsCount)
        var number: UInt32 = 0
        func next(_ role: KeyRole) -> Entry {
            number += 1
            return Entry(number: number, role: role)
        }
        var keys = Self.sizes.map { ($0, next(.size)) }
        for (role, names) in Self.roles { keys += names.map { ($0, next(role)) } }
        keys += (rules.bodyKeys + rules.failureValues.keys.sorted()).map { ($0, next(.raw)) }
        headers =
            Self.responseHeaders.map { (Array($0.0.utf8), false, next($0.1)) }
            + Self.requestHeaders.map { (Array($0.0.utf8), true, next($0.1)) }
        headerLengths = headers.reduce(0) { $0 | 1 << UInt64($1.name.count) }
        graphql = next(.presence)
        for (name, entry) in keys { insert(name, entry) }
    }

    deinit {
        slots.deallocate()
        for text in texts { text.deallocate() }
    }

    private func insert(_ name: String, _ entry: Entry) {
        let bytes = Array(name.utf8)
        guard !bytes.isEmpty else { return }
        let text = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
        text.update(from: bytes, count: bytes.count)
        texts.append(text)
        let words = KeyWords(UnsafeRawPointer(text), bytes.count)
        var position = Int(truncatingIfNeeded: words.hash >> 32) & (Self.slotsCount - 1)
        while slots[position].start != nil {
            if Self.isSame(slots[position], words, UnsafeRawPointer(text), bytes.count) {
                if entry.role == .raw { slots[position].entry.role = slots[position].entry.role.withWholeValue }
                return
            }
            position = (position + 1) & (Self.slotsCount - 1)
        }
        slots[position] = Slot(hash: words.hash, start: UnsafePointer(text), count: bytes.count, entry: entry)
    }

    @inline(__always)
    private static func isSame(_ slot: Slot, _ words: KeyWords, _ start: UnsafeRawPointer, _ count: Int) -> Bool {
        guard slot.hash == words.hash, slot.count == count, let own = slot.start else { return false }
        let text = UnsafeRawPointer(own)
        var offset = 0
        while offset + 8 <= count {
            if text.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                != start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            {
                return false
            }
            offset += 8
        }
        return Hash.rest(text + offset, count - offset) == Hash.rest(start + offset, count - offset)
    }

    /// What a key is; nil where it holds a zero byte, behind which a C string would end.
    @inline(__always)
    func entry(_ key: OTLPBytes) -> Entry? {
        let words = KeyWords(key.start, key.count)
        if words.hasZero { return nil }
        var position = Int(truncatingIfNeeded: words.hash >> 32) & (Self.slotsCount - 1)
        while slots[position].start != nil {
            if Self.isSame(slots[position], words, key.start, key.count) { return slots[position].entry }
            position = (position + 1) & (Self.slotsCount - 1)
        }
        return isPrefixed(words.first) ? prefixed(key, words.first) : Entry(number: 0, role: .raw)
    }

    @inline(__always)
    private func isPrefixed(_ first: UInt64) -> Bool {
        first == Self.httpRequest || first == Self.httpResponse || first == Self.graphqlWord
    }

    // The first eight bytes of `http.request.header.`, `http.response.header.` and `graphql.`, as they lie in memory,
    // and what follows them.
    private static var httpRequest: UInt64 { UInt64(littleEndian: 0x7165_722E_7074_7468) }
    private static var httpResponse: UInt64 { UInt64(littleEndian: 0x7365_722E_7074_7468) }
    private static var graphqlWord: UInt64 { UInt64(littleEndian: 0x2E6C_7168_7061_7267) }
    private static var header: UInt64 { UInt64(littleEndian: 0x2E72_6564_6165_682E) }
    private static var uest: UInt32 { UInt32(littleEndian: 0x7473_6575) }
    private static var pons: UInt32 { UInt32(littleEndian: 0x736E_6F70) }

    private func prefixed(_ key: OTLPBytes, _ first: UInt64) -> Entry {
        if first == Self.graphqlWord { return graphql }
        let isRequest = first == Self.httpRequest
        let place = isRequest ? 12 : 13
        guard key.count >= place + 8,
            key.start.loadUnaligned(fromByteOffset: 8, as: UInt32.self) == (isRequest ? Self.uest : Self.pons),
            isRequest || key.start.load(fromByteOffset: 12, as: UInt8.self) == UInt8(ascii: "e"),
            key.start.loadUnaligned(fromByteOffset: place, as: UInt64.self) == Self.header
        else { return Entry(number: 0, role: .raw) }
        return header(OTLPBytes(start: key.start + place + 8, count: key.count - place - 8), isRequest: isRequest)
    }

    private func header(_ name: OTLPBytes, isRequest: Bool) -> Entry {
        // Letters beyond ASCII may have one of these names as their small form.
        guard PlainText.isPlain(name) else { return Entry(number: Self.anyHeader, role: .raw) }
        // Lengths first: most headers that somebody captures have another one.
        guard name.count < 64, headerLengths & 1 << UInt64(name.count) != 0 else { return Entry(number: 0, role: .raw) }
        let bytes = name.bytes
        for header in headers where header.isRequest == isRequest && header.name.count == name.count {
            if header.name.indices.allSatisfy({ header.name[$0] == Self.plain(bytes[$0]) }) { return header.entry }
        }
        return Entry(number: 0, role: .raw)
    }

    private static let anyHeader: UInt32 = 1 << 20

    private static func plain(_ byte: UInt8) -> UInt8 {
        if byte == UInt8(ascii: "_") { return UInt8(ascii: "-") }
        return byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}

/// What is hashed of a key: its length, its first and its last eight bytes. Enough to reject nearly all others.
struct KeyWords {
    var hash: UInt64
    var first: UInt64
    /// One of the bytes is zero.
    var hasZero: Bool

    @inline(__always)
    init(_ start: UnsafeRawPointer, _ count: Int) {
        let last: UInt64
        if count >= 8 {
            first = start.loadUnaligned(as: UInt64.self)
            last = start.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            var zeros = Self.zeros(first) | Self.zeros(last)
            var offset = 8
            while offset < count &- 8 {
                zeros |= Self.zeros(start.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                offset &+= 8
            }
            hasZero = zeros != 0
        } else {
            first = Hash.rest(start, count)
            last = 0
            // Below four bytes some of the eight are no bytes of the key.
            let unused: UInt64 = count >= 4 ? 0 : 0x0101_0101_0100_0000
            hasZero = count > 0 && Self.zeros(first | unused) != 0
        }
        hash = Hash.mix(
            first ^ UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15, last ^ 0xD6E8_FEB8_6659_FD93)
    }

    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    }
}

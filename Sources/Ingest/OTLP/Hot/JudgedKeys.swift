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
        while let start = slots[position].start {
            if slots[position].count == bytes.count, Hash.equal(start, text, bytes.count) {
                if entry.role == .raw { slots[position].entry.role = slots[position].entry.role.withWholeValue }
                return
            }
            position = (position + 1) & (Self.slotsCount - 1)
        }
        slots[position] = Slot(hash: words.hash, start: UnsafePointer(text), count: bytes.count, entry: entry)
    }

    /// What a key is; nil where it holds a zero byte, behind which a C string would end.
    @inline(__always)
    func entry(_ key: OTLPBytes) -> Entry? {
        let words = KeyWords(key.start, key.count)
        if words.hasZero { return nil }
        var position = Int(truncatingIfNeeded: words.hash >> 32) & (Self.slotsCount - 1)
        while let start = slots[position].start {
            if slots[position].hash == words.hash, slots[position].count == key.count,
                Hash.equal(start, key.start.assumingMemoryBound(to: UInt8.self), key.count)
            {
                return slots[position].entry
            }
            position = (position + 1) & (Self.slotsCount - 1)
        }
        return isPrefixed(words.first) ? prefixed(key) : Entry(number: 0, role: .raw)
    }

    @inline(__always)
    private func isPrefixed(_ first: UInt64) -> Bool {
        first == Self.httpRequest || first == Self.httpResponse || first == Self.graphqlWord
    }

    // The first eight bytes of `http.request.header.`, `http.response.header.` and `graphql.`, as they lie in memory.
    private static let httpRequest = UInt64(littleEndian: 0x7165_722E_7074_7468)
    private static let httpResponse = UInt64(littleEndian: 0x7365_722E_7074_7468)
    private static let graphqlWord = UInt64(littleEndian: 0x2E6C_7168_7061_7267)
    private static let requestPrefix = Array("http.request.header.".utf8)
    private static let responsePrefix = Array("http.response.header.".utf8)

    private func prefixed(_ key: OTLPBytes) -> Entry {
        if key.bytes.starts(with: Self.requestPrefix) {
            return header(key.bytes.dropFirst(Self.requestPrefix.count), isRequest: true)
        }
        if key.bytes.starts(with: Self.responsePrefix) {
            return header(key.bytes.dropFirst(Self.responsePrefix.count), isRequest: false)
        }
        let first = key.bytes.first
        return first == UInt8(ascii: "g") ? graphql : Entry(number: 0, role: .raw)
    }

    private func header(_ name: Slice<UnsafeBufferPointer<UInt8>>, isRequest: Bool) -> Entry {
        for header in headers where header.isRequest == isRequest && header.name.count == name.count {
            if zip(header.name, name).allSatisfy({ $0 == Self.plain($1) }) { return header.entry }
        }
        // Letters beyond ASCII may have one of these names as their small form.
        return name.allSatisfy { $0 < 0x80 } ? Entry(number: 0, role: .raw) : Entry(number: Self.anyHeader, role: .raw)
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
        var last: UInt64
        if count >= 8 {
            first = start.loadUnaligned(as: UInt64.self)
            last = start.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            hasZero = Self.hasZero(first) || Self.hasZero(last)
            var offset = 8
            while offset < count - 8 {
                hasZero = hasZero || Self.hasZero(start.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                offset += 8
            }
        } else {
            first = 0
            last = 0
            hasZero = false
            for offset in 0..<count {
                let byte = start.load(fromByteOffset: offset, as: UInt8.self)
                first = first << 8 | UInt64(byte)
                hasZero = hasZero || byte == 0
            }
        }
        hash = Hash.mix(first ^ UInt64(count) &* 0x9E37_79B9_7F4A_7C15, last ^ 0xD6E8_FEB8_6659_FD93)
    }

    @inline(__always)
    private static func hasZero(_ word: UInt64) -> Bool {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0
    }
}

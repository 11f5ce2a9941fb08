import Symbols
import TraceModel

/// One pass over one span's bytes: its ids, times and numbers, and where its judged attributes lie. Allocates nothing.
///
/// `isOdd` means that something is written in a way that this does not read; then nothing here counts, and protobuf-c
/// reads the span.
struct OTLPSpanScan {
    struct Judged {
        var number: UInt32
        var role: KeyRole
        var tag: UInt8
        var value: OTLPBytes
    }

    static let judgedMax = 64

    private(set) var isOdd = false
    private(set) var traceID = TraceID(high: 0, low: 0)
    private(set) var spanID = SpanID(0)
    private(set) var parentID = SpanID(0)
    private(set) var start: UInt64 = 0
    private(set) var end: UInt64 = 0
    private(set) var name: OTLPBytes
    private(set) var traceState: OTLPBytes
    private(set) var statusMessage: OTLPBytes
    private(set) var kind: Int32 = 0
    private(set) var statusCode: Int32 = 0
    private(set) var flags: UInt32 = 0
    private(set) var hasStatus = false
    private(set) var hasLink = false
    private(set) var linkTraceID = TraceID(high: 0, low: 0)
    private(set) var linkSpanID = SpanID(0)
    /// What the events add to the span's key.
    private(set) var eventsHash: UInt64 = 0
    private(set) var judgedCount = 0
    let judged: UnsafeMutablePointer<Judged>

    @inline(__always)
    init(_ part: OTLPBytes, into judged: UnsafeMutablePointer<Judged>, keys: JudgedKeys, text: PlainText) {
        let nothing = OTLPBytes(start: part.start, count: 0)
        name = nothing
        traceState = nothing
        statusMessage = nothing
        self.judged = judged
        read(part, keys, text)
    }

    /// Attributes are most of a span, so they have a way of their own; all else goes through the cursor.
    @inline(__always)
    private mutating func read(_ part: OTLPBytes, _ keys: JudgedKeys, _ text: PlainText) {
        var at = part.start
        let end = at + part.count
        while at < end {
            if at.load(as: UInt8.self) == 0x4A, end - at >= 2 {
                let count = Int(at.load(fromByteOffset: 1, as: UInt8.self))
                if count < 0x80, end - at >= count &+ 2 {
                    readAttribute(OTLPBytes(start: at + 2, count: count), keys)
                    at += count &+ 2
                    continue
                }
            }
            var cursor = OTLPCursor(at, end - at)
            guard cursor.next() else {
                isOdd = true
                return
            }
            readField(cursor, keys, text)
            at = cursor.position
        }
    }

    @inline(__always)
    private mutating func readField(_ cursor: OTLPCursor, _ keys: JudgedKeys, _ text: PlainText) {
        switch cursor.key {
        case 0x0A: traceID = readTraceID(cursor.bytes)
        case 0x12: spanID = readSpanID(cursor.bytes)
        case 0x1A: traceState = cursor.bytes
        case 0x22: parentID = readSpanID(cursor.bytes)
        case 0x2A: name = cursor.bytes
        case 0x30: kind = Int32(truncatingIfNeeded: cursor.uint64)
        case 0x39: start = cursor.fixed64Value
        case 0x41: end = cursor.fixed64Value
        case 0x4A: readAttribute(cursor.bytes, keys)
        case 0x5A: readEvent(cursor.bytes, keys, text)
        case 0x6A: readLink(cursor.bytes)
        case 0x7A: readStatus(cursor.bytes)
        case 0x85: flags = cursor.fixed32Value
        default: isOdd = isOdd || Self.isKnown(cursor.number)
        }
    }

    /// A field that is read, with another type than it has.
    private static func isKnown(_ number: UInt32) -> Bool {
        switch number {
        case 1...9, 11, 13, 15, 16: true
        default: false
        }
    }

    @inline(__always)
    private mutating func readTraceID(_ part: OTLPBytes) -> TraceID {
        guard part.count == 16 else {
            isOdd = isOdd || part.count != 0
            return TraceID(high: 0, low: 0)
        }
        return TraceID(
            high: UInt64(bigEndian: part.start.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: part.start.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    @inline(__always)
    private mutating func readSpanID(_ part: OTLPBytes) -> SpanID {
        guard part.count == 8 else {
            isOdd = isOdd || part.count != 0
            return SpanID(0)
        }
        return SpanID(UInt64(bigEndian: part.start.loadUnaligned(as: UInt64.self)))
    }

    @inline(__always)
    private mutating func readAttribute(_ part: OTLPBytes, _ keys: JudgedKeys) {
        var pair = OTLPPair(part)
        switch pair.read(part) {
        case .nothing: return
        case .odd: isOdd = true
        case .pair:
            guard let entry = keys.entry(pair.key) else {
                isOdd = true
                return
            }
            if entry.number == 0 || entry.role == .eventMessage { return }
            guard judgedCount < Self.judgedMax else {
                isOdd = true
                return
            }
            judged[judgedCount] = Judged(number: entry.number, role: entry.role, tag: pair.tag, value: pair.value)
            judgedCount += 1
        }
    }

    private mutating func readStatus(_ part: OTLPBytes) {
        isOdd = isOdd || hasStatus
        hasStatus = true
        var cursor = OTLPCursor(part)
        while cursor.next() {
            switch cursor.key {
            case 0x12: statusMessage = cursor.bytes
            case 0x18: statusCode = Int32(truncatingIfNeeded: cursor.uint64)
            default: isOdd = isOdd || cursor.number == 2 || cursor.number == 3
            }
        }
        isOdd = isOdd || cursor.isBroken
    }

    /// The first link counts; the others have to be well formed.
    private mutating func readLink(_ part: OTLPBytes) {
        var trace = TraceID(high: 0, low: 0)
        var span = SpanID(0)
        var cursor = OTLPCursor(part)
        while cursor.next() {
            switch cursor.key {
            case 0x0A: trace = readTraceID(cursor.bytes)
            case 0x12: span = readSpanID(cursor.bytes)
            case 0x22: checkPair(cursor.bytes)
            default: isOdd = isOdd || cursor.number == 1 || cursor.number == 2 || cursor.number == 4
            }
        }
        isOdd = isOdd || cursor.isBroken
        if hasLink { return }
        hasLink = true
        linkTraceID = trace
        linkSpanID = span
    }

    private mutating func checkPair(_ part: OTLPBytes) {
        var pair = OTLPPair(part)
        if pair.read(part) == .odd { isOdd = true }
    }
}

// Events. Their names say which of them matter: exceptions, feature flags, GraphQL's errors, dead letters.
extension OTLPSpanScan {
    private static let exception = Array("exception".utf8)
    private static let flag = Array("feature_flag".utf8)
    private static let graphql = Array("graphql.error".utf8)
    private static let prime: UInt64 = 0x8EBC_6AF0_9C88_C6E3

    private mutating func readEvent(_ part: OTLPBytes, _ keys: JudgedKeys, _ text: PlainText) {
        var eventName = OTLPBytes(start: part.start, count: 0)
        var attributes = 0
        var cursor = OTLPCursor(part)
        while cursor.next() {
            switch cursor.key {
            case 0x09: continue
            case 0x12: eventName = cursor.bytes
            case 0x1A: attributes += 1
            default: isOdd = isOdd || (1...3).contains(cursor.number)
            }
        }
        isOdd = isOdd || cursor.isBroken || eventName.bytes.contains(0)
        let isException = eventName.bytes.elementsEqual(Self.exception)
        let isFlag = eventName.bytes.starts(with: Self.flag)
        if isException || isFlag || eventName.bytes.elementsEqual(Self.graphql) || PlainText.mayBeDeadLetter(eventName)
        {
            fold(text.whole(eventName))
        }
        if attributes > 0, !isOdd { readEventAttributes(part, keys, text, isException: isException, isFlag: isFlag) }
    }

    private mutating func readEventAttributes(
        _ part: OTLPBytes, _ keys: JudgedKeys, _ text: PlainText, isException: Bool, isFlag: Bool
    ) {
        var cursor = OTLPCursor(part)
        while cursor.next() {
            guard cursor.key == 0x1A else { continue }
            var pair = OTLPPair(cursor.bytes)
            switch pair.read(cursor.bytes) {
            case .nothing: continue
            case .odd: isOdd = true
            case .pair:
                guard let entry = keys.entry(pair.key) else {
                    isOdd = true
                    return
                }
                guard entry.number != 0, isException || isFlag else { continue }
                let isMessage = entry.role == .eventMessage && pair.tag == OTLPPair.text
                let value = isMessage ? text.message(pair.value) : text.whole(pair.value)
                fold(value ^ UInt64(entry.number) << 8 ^ UInt64(pair.tag))
            }
        }
    }

    private mutating func fold(_ value: UInt64) {
        eventsHash = Hash.mix(eventsHash ^ value ^ Self.prime, Self.prime &+ 2)
    }
}

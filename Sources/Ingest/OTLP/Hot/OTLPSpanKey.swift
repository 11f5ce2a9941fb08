import Symbols
import TraceModel

/// A number for everything in a span that can change its meaning: spans with one key mean the same, whatever else they
/// say. So `SpanSemantics` reads each kind of span once, and the next million cost a look-up.
///
/// Values that differ from span to span (paths, statements, messages, sizes) enter in the form in which the semantics
/// use them. Sixty-four bits with a seed of the process's own: two spans that only look alike are not to be expected.
struct OTLPSpanKey {
    private(set) var hash: UInt64
    /// The answer's size, which does not enter the key: nil where it has to be asked of the semantics.
    private(set) var answerBytes: UInt64?

    private static let prime: UInt64 = 0x589B_4B47_AE25_9D3B

    @inline(__always)
    init(_ scan: borrowing OTLPSpanScan, salt: UInt64, text: PlainText) {
        hash = salt ^ scan.eventsHash
        fold(text.whole(scan.name))
        let isRemote = scan.flags & OTLPWords.remoteParentFlag != 0
        let kind = UInt64(UInt8(clamping: scan.kind))
        let status = UInt64(UInt8(clamping: scan.statusCode))
        fold(kind | status << 8 | (isRemote ? 1 << 16 : 0) | (scan.hasStatus ? 1 << 17 : 0))
        if scan.statusMessage.count > 0 { fold(text.message(scan.statusMessage)) }
        foldJudged(scan, text)
    }

    @inline(__always)
    private mutating func fold(_ value: UInt64) {
        hash = Hash.mix(hash ^ value, Self.prime)
    }

    @inline(__always)
    private mutating func foldJudged(_ scan: borrowing OTLPSpanScan, _ text: PlainText) {
        var has = Has()
        for index in 0..<scan.judgedCount { has.note(scan.judged[index]) }
        // What stands at the other end of a span that answers is its caller.
        let kind = scan.kind
        let answers = kind == Int32(SpanKind.server.rawValue) || kind == Int32(SpanKind.consumer.rawValue)
        let readsSize = has.sizes > 0 && !has.oddSize
        if readsSize { answerBytes = Self.size(scan) }
        for index in 0..<scan.judgedCount {
            let judged = scan.judged[index]
            if answers, judged.role == .peer { continue }
            if readsSize, judged.role == .size || judged.role == .contentLength { continue }
            fold(Self.value(judged, has, text) ^ UInt64(judged.number) << 40 ^ UInt64(judged.tag) << 32)
        }
    }

    /// What the span has, as far as it makes something else unimportant.
    private struct Has {
        var template = false
        var databaseWord = false
        var path = false
        var rpc = false
        var sizes = 0
        var headers = 0
        var oddSize = false

        @inline(__always)
        mutating func note(_ judged: OTLPSpanScan.Judged) {
            let saysSomething = judged.tag == OTLPPair.text && judged.value.count > 0
            switch judged.role {
            case .template: template = template || saysSomething && PlainText.isPlain(judged.value)
            case .databaseWord: databaseWord = databaseWord || saysSomething && PlainText.isPlain(judged.value)
            case .path: path = path || saysSomething && PlainText.isPlain(judged.value)
            case .rpc: rpc = true
            case .size:
                sizes += 1
                if judged.tag != OTLPPair.integer { oddSize = true }
            case .contentLength:
                sizes += 1
                headers += 1
                // Of a header's several spellings the last counts.
                if headers > 1 || OTLPSpanKey.digits(judged) == nil { oddSize = true }
            case .raw: if judged.number <= JudgedKeys.sizesCount { oddSize = true }
            default: break
            }
        }
    }

    @inline(__always)
    private static func value(_ judged: OTLPSpanScan.Judged, _ has: Has, _ text: PlainText) -> UInt64 {
        guard judged.tag == OTLPPair.text else { return judged.role == .presence ? 1 : text.whole(judged.value) }
        switch judged.role {
        case .raw, .template, .rpc, .databaseWord, .peer, .size, .contentLength, .eventMessage:
            return text.whole(judged.value)
        case .presence: return 1
        case .agent: return text.agent(judged.value)
        case .message: return message(judged.value, text)
        case .statement: return has.databaseWord ? isThere(judged.value) : text.statement(judged.value)
        case .path: return has.template ? isThere(judged.value) : text.path(judged.value)
        case .url:
            return text.url(
                judged.value, wantsPath: !has.template && !has.path, wantsProcedure: has.rpc && !has.template)
        }
    }

    private static func isThere(_ value: OTLPBytes) -> UInt64 {
        // A zero byte in front makes a C string empty.
        value.count > 0 && value.start.load(as: UInt8.self) != 0 ? 1 : 0
    }

    /// Short texts may be a yes or a no.
    private static func message(_ value: OTLPBytes, _ text: PlainText) -> UInt64 {
        value.count <= 5 ? text.whole(value) : text.message(value)
    }
}

// The answer's size.
extension OTLPSpanKey {
    /// Of the keys for it the first counts, then the header.
    private static func size(_ scan: borrowing OTLPSpanScan) -> UInt64? {
        var best: OTLPSpanScan.Judged?
        for index in 0..<scan.judgedCount {
            let judged = scan.judged[index]
            guard judged.role == .size || judged.role == .contentLength else { continue }
            if best.map({ judged.number < $0.number }) ?? true { best = judged }
        }
        guard let best else { return nil }
        if best.role == .contentLength { return digits(best) }
        var pair = OTLPPair(best.value)
        pair.value = best.value
        return UInt64(clamping: pair.integerValue)
    }

    /// A text of digits, or a list of one.
    private static func digits(_ judged: OTLPSpanScan.Judged) -> UInt64? {
        var bytes = judged.value.bytes
        if judged.tag == OTLPPair.list {
            // A value, a text, its digits: each with its length in one byte.
            guard bytes.count >= 4, bytes[0] == 0x0A, bytes[1] == UInt8(truncatingIfNeeded: bytes.count - 2),
                bytes[2] == OTLPPair.text, Int(bytes[3]) == bytes.count - 4
            else { return nil }
            bytes = UnsafeBufferPointer(rebasing: bytes[4...])
        } else if judged.tag != OTLPPair.text {
            return nil
        }
        guard bytes.count >= 1, bytes.count <= 18 else { return nil }
        var number: UInt64 = 0
        for byte in bytes {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            number = number * 10 + UInt64(byte - 0x30)
        }
        return number
    }
}

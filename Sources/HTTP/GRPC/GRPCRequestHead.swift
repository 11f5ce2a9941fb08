/// The header fields of a call, as far as they matter here. Names come in lower case, as HTTP/2 wants them.
struct GRPCRequestHead {
    enum Encoding: Equatable {
        case identity
        case gzip
        case unknown
    }

    private(set) var path = ""
    private(set) var isPost = false
    private(set) var isGRPC = false
    private(set) var encoding = Encoding.identity
    private(set) var authorization: String?
    private(set) var timeoutNanoseconds: UInt64?
    private(set) var isTimeoutBroken = false
    /// As HTTP/2 counts a header list.
    private(set) var bytes = 0

    private static let fieldOverheadBytes = 32

    mutating func add(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, bytesMax: Int) {
        bytes += name.count + value.count + Self.fieldOverheadBytes
        guard bytes <= bytesMax else { return }
        // Most fields are nobody's business here: lengths tell them apart before any text is made.
        switch name.count {
        case 5 where Self.equal(name, ":path"): path = String(decoding: value, as: UTF8.self)
        case 7 where Self.equal(name, ":method"): isPost = Self.equal(value, "POST")
        case 12 where Self.equal(name, "content-type"): isGRPC = Self.isGRPC(value)
        case 12 where Self.equal(name, "grpc-timeout"): takeTimeout(value)
        case 13 where Self.equal(name, "grpc-encoding"): encoding = Self.encoding(value)
        case 13 where Self.equal(name, "authorization"): authorization = String(decoding: value, as: UTF8.self)
        default: break
        }
    }

    private mutating func takeTimeout(_ value: UnsafeBufferPointer<UInt8>) {
        timeoutNanoseconds = Self.timeout(value)
        isTimeoutBroken = timeoutNanoseconds == nil
    }

    /// One to eight digits and a unit.
    static func timeout(_ value: UnsafeBufferPointer<UInt8>) -> UInt64? {
        guard (2...9).contains(value.count), let unit = value.last else { return nil }
        let scale: UInt64
        switch unit {
        case UInt8(ascii: "H"): scale = 3_600_000_000_000
        case UInt8(ascii: "M"): scale = 60_000_000_000
        case UInt8(ascii: "S"): scale = 1_000_000_000
        case UInt8(ascii: "m"): scale = 1_000_000
        case UInt8(ascii: "u"): scale = 1000
        case UInt8(ascii: "n"): scale = 1
        default: return nil
        }
        var number: UInt64 = 0
        for digit in value.dropLast() {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + UInt64(digit - UInt8(ascii: "0"))
        }
        // Eight digits of hours are more than a century's worth of nanoseconds.
        let (product, overflow) = number.multipliedReportingOverflow(by: scale)
        return overflow ? .max : product
    }

    /// `application/grpc`, alone or with a message format behind it.
    private static func isGRPC(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
        let plain = Array("application/grpc".utf8)
        guard value.count >= plain.count, value.prefix(plain.count).elementsEqual(plain) else { return false }
        return value.count == plain.count || [UInt8(ascii: "+"), UInt8(ascii: ";")].contains(value[plain.count])
    }

    private static func encoding(_ value: UnsafeBufferPointer<UInt8>) -> Encoding {
        if equal(value, "gzip") { return .gzip }
        return equal(value, "identity") ? .identity : .unknown
    }

    private static func equal(_ bytes: UnsafeBufferPointer<UInt8>, _ text: StaticString) -> Bool {
        bytes.count == text.utf8CodeUnitCount
            && bytes.elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}

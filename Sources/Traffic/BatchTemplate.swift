import TraceModel
import Wire

/// An encoded batch that becomes any number of others: ids and times are changed where they lie, which costs a
/// hundredth of encoding spans anew.
struct BatchTemplate: Sendable {
    private let payload: [UInt8]
    let spans: Int
    /// What each trace of the batch is, in order of first appearance.
    let truths: [(id: TraceID, verdict: VerdictKind)]
    private let columns: [Int: Range<Int>]

    init(traces: [Shop.Trace]) {
        var encoder = BatchEncoder()
        for trace in traces { for span in trace.spans { encoder.append(span) } }
        payload = encoder.payload(sequence: 1)
        spans = encoder.count
        truths = traces.map { ($0.id, $0.scenario.verdict) }
        columns = Self.locateColumns(payload)
    }

    /// The batch under other ids, later by `delayNanoseconds`.
    func instance(sequence: UInt64, salt: UInt64, delayNanoseconds: UInt64) -> [UInt8] {
        var copy = payload
        copy.withUnsafeMutableBytes { bytes in
            bytes.storeBytes(of: sequence.littleEndian, toByteOffset: 1, as: UInt64.self)
            exclusiveOr(bytes, columns[5], salt, keepingZeros: false)
            exclusiveOr(bytes, columns[6], salt, keepingZeros: false)
            exclusiveOr(bytes, columns[7], salt, keepingZeros: true)
            for offset in stride(from: columns[8]!.lowerBound, to: columns[8]!.upperBound, by: 8) {
                let start = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                bytes.storeBytes(of: (start &+ delayNanoseconds).littleEndian, toByteOffset: offset, as: UInt64.self)
            }
        }
        return copy
    }

    /// The trace's id in the instance with this salt.
    static func salted(_ id: TraceID, _ salt: UInt64) -> TraceID {
        TraceID(high: id.high ^ salt.bigEndian, low: id.low ^ salt.bigEndian)
    }

    private func exclusiveOr(
        _ bytes: UnsafeMutableRawBufferPointer, _ range: Range<Int>?, _ salt: UInt64, keepingZeros: Bool
    ) {
        guard let range else { return }
        for offset in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
            let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if keepingZeros && value == 0 { continue }
            bytes.storeBytes(of: value ^ salt, toByteOffset: offset, as: UInt64.self)
        }
    }

    /// Where the length-delimited fields of the payload lie.
    private static func locateColumns(_ payload: [UInt8]) -> [Int: Range<Int>] {
        var columns: [Int: Range<Int>] = [:]
        var offset = 0
        func varint() -> UInt64 {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while true {
                let byte = payload[offset]
                offset += 1
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return value }
                shift += 7
            }
        }
        while offset < payload.count {
            let key = varint()
            if key & 7 == 2 {
                let length = Int(varint())
                columns[Int(key >> 3)] = offset..<offset + length
                offset += length
            } else {
                precondition(key & 7 == 1, "a batch has only fixed64 and length-delimited fields at its top")
                offset += 8
            }
        }
        return columns
    }
}

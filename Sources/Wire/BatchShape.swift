internal import CProtobufC
internal import CSpanProto

/// How long the columns of one batch have to be and where their indexes may point. Every check says which column.
struct BatchShape {
    let count: Int
    let stringsCount: Int
    private static var nothing: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }
    /// Stands for columns without rows, which protobuf-c leaves null.
    nonisolated(unsafe) private static let noNumbers: UnsafeMutablePointer<UInt64> = .allocate(capacity: 1)

    init(count: Int, strings: Int) {
        self.count = count
        stringsCount = strings
    }

    func base(_ bytes: ProtobufCBinaryData) -> UnsafeRawPointer {
        bytes.data.map { UnsafeRawPointer($0) } ?? UnsafeRawPointer(Self.noNumbers)
    }

    func requireBytes(_ length: Int, _ width: Int, _ name: String) throws(WireError) {
        guard length == count * width else {
            throw WireError(.columnLength, "\(name) has \(length) bytes for \(count) spans, not \(count * width)")
        }
    }

    func column<Number>(
        _ base: UnsafeMutablePointer<Number>?, _ rows: Int, _ name: String
    ) throws(WireError) -> UnsafePointer<Number>? {
        if rows == 0 { return nil }
        guard rows == count else {
            throw WireError(.columnLength, "\(name) has \(rows) rows for \(count) spans")
        }
        return UnsafePointer(base)
    }

    func required(
        _ base: UnsafeMutablePointer<UInt64>?, _ rows: Int, _ name: String
    ) throws(WireError) -> UnsafePointer<UInt64> {
        guard let column = try column(base, rows, name) else {
            guard count == 0 else { throw WireError(.columnLength, "\(name) is missing") }
            return UnsafePointer(Self.noNumbers)
        }
        return column
    }

    func string(_ base: UnsafeMutablePointer<UInt32>?, _ rows: Int, _ name: String) throws(WireError) -> UnsafePointer<
        UInt32
    >? {
        try index(base, rows, below: stringsCount, name)
    }

    func index(
        _ base: UnsafeMutablePointer<UInt32>?, _ rows: Int, below bound: Int, _ name: String
    ) throws(WireError) -> UnsafePointer<UInt32>? {
        guard let column = try column(base, rows, name) else { return nil }
        var highest: UInt32 = 0
        for row in 0..<count { highest = max(highest, column[row]) }
        guard Int(highest) < bound else { throw outside(name, Int(highest)) }
        return column
    }

    func outside(_ name: String, _ index: Int) -> WireError {
        WireError(.indexOutOfRange, "\(name) points to entry \(index), past the end of its table")
    }

    func strings(_ message: Unmask__V1__SpanBatch) throws(WireError) -> StringColumn {
        let lengths = UnsafeBufferPointer(start: message.string_lengths, count: message.n_string_lengths)
        guard sum(lengths) == message.string_bytes.len else {
            throw WireError(
                .columnLength,
                "string_lengths add up to \(sum(lengths)) bytes, and string_bytes has \(message.string_bytes.len)")
        }
        return StringColumn(
            bytes: UnsafeRawBufferPointer(start: message.string_bytes.data, count: message.string_bytes.len),
            lengths: lengths)
    }

    func details(_ message: Unmask__V1__SpanBatch) throws(WireError) -> UnsafeRawBufferPointer {
        let lengths = UnsafeBufferPointer(start: message.detail_lengths, count: message.n_detail_lengths)
        guard sum(lengths) == message.details.len else {
            throw WireError(
                .columnLength, "detail_lengths add up to \(sum(lengths)) bytes, and details has \(message.details.len)")
        }
        guard message.details.len > 0 else { return Self.nothing }
        return UnsafeRawBufferPointer(start: message.details.data, count: message.details.len)
    }

    func linkRows(_ message: Unmask__V1__SpanBatch) throws(WireError) -> UnsafeBufferPointer<UInt32> {
        let rows = UnsafeBufferPointer(start: message.link_rows, count: message.n_link_rows)
        guard message.link_trace_ids.len == rows.count * 16, message.link_span_ids.len == rows.count * 8 else {
            throw WireError(.columnLength, "\(rows.count) link_rows need 16 and 8 bytes of ids each")
        }
        var last: UInt32 = 0
        for row in rows {
            guard Int(row) < count else { throw outside("link_rows", Int(row)) }
            guard row >= last else { throw WireError(.indexOutOfRange, "link_rows must not descend") }
            last = row
        }
        return rows
    }

    private func sum(_ lengths: UnsafeBufferPointer<UInt32>) -> Int {
        var sum = 0
        for length in lengths { sum += Int(length) }
        return sum
    }
}

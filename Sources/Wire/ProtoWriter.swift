/// Appends protobuf fields to a buffer. Written by hand because protobuf-c packs only from a tree of C structs that
/// must all be held alive; this needs no C and no unsafe code, so the client library can be small.
///
/// Fields with the default value are left out, as proto3 says.
package struct ProtoWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    private enum WireType: UInt32 {
        case varint = 0
        case fixed64 = 1
        case length = 2
        case fixed32 = 5
    }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    package mutating func varint(_ field: UInt32, _ value: UInt64) {
        guard value != 0 else { return }
        key(field, .varint)
        append(value)
    }

    /// A member of a oneof: written even when it is zero, for being there is what it says.
    package mutating func present(_ field: UInt32, varint value: UInt64) {
        key(field, .varint)
        append(value)
    }

    package mutating func present(_ field: UInt32, fixed64 value: UInt64) {
        key(field, .fixed64)
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func fixed64(_ field: UInt32, _ value: UInt64) {
        if value != 0 { present(field, fixed64: value) }
    }

    package mutating func fixed32(_ field: UInt32, _ value: UInt32) {
        guard value != 0 else { return }
        key(field, .fixed32)
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func string(_ field: UInt32, _ value: String) {
        guard !value.isEmpty else { return }
        present(field, string: value)
    }

    package mutating func present(_ field: UInt32, string value: String) {
        key(field, .length)
        append(UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    /// Bytes, a message or a packed column of little-endian numbers: all the same on the wire.
    package mutating func block(_ field: UInt32, _ block: [UInt8]) {
        guard !block.isEmpty else { return }
        present(field, block: block)
    }

    package mutating func present(_ field: UInt32, block: [UInt8]) {
        key(field, .length)
        append(UInt64(block.count))
        bytes.append(contentsOf: block)
    }

    /// A message inside this one, written where it belongs. Most are shorter than 128 bytes, so that one byte is kept
    /// for their length; longer ones are moved a little.
    package mutating func message(_ field: UInt32, _ body: (inout ProtoWriter) -> Void) {
        let start = open(field)
        body(&self)
        close(start)
    }

    /// Begins a message inside this one, whose length `close` fills in; for bodies that may throw.
    package mutating func open(_ field: UInt32) -> Int {
        key(field, .length)
        bytes.append(0)
        return bytes.count
    }

    package mutating func close(_ start: Int) {
        let length = bytes.count - start
        if length < 0x80 {
            bytes[start - 1] = UInt8(truncatingIfNeeded: length)
        } else {
            var prefix = ProtoWriter()
            prefix.append(UInt64(length))
            bytes.replaceSubrange(start - 1..<start, with: prefix.bytes)
        }
    }

    package mutating func present(_ field: UInt32, raw: UnsafeRawBufferPointer) {
        key(field, .length)
        append(UInt64(raw.count))
        bytes.append(contentsOf: raw)
    }

    package mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(count)
    }

    /// A packed column; left out where every row has the default.
    mutating func column<Number: FixedWidthInteger>(_ field: UInt32, _ column: [Number]) {
        guard column.contains(where: { $0 != 0 }) else { return }
        key(field, .length)
        append(UInt64(column.count * MemoryLayout<Number>.size))
        column.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    @inline(__always)
    private mutating func key(_ field: UInt32, _ type: WireType) {
        append(UInt64(field << 3 | type.rawValue))
    }

    @inline(__always)
    mutating func append(_ value: UInt64) {
        if value < 0x80 { return bytes.append(UInt8(truncatingIfNeeded: value)) }
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

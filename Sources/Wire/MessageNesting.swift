/// How deep messages lie in each other, found before protobuf-c unpacks them: it calls itself for each level and knows
/// no bound, so that a list within a list within a list would run over the end of a thread's stack.
///
/// Only fields that hold messages are looked into, so a batch costs one step for each column and one for each
/// attribute of its resources. Whatever can't be read here is refused, so nothing gets past by being unreadable.
enum MessageNesting {
    /// Messages within messages; attributes of attributes use two levels for each list.
    static let levelsMax = 32

    enum Shape {
        case batch
        case resource
        case details
        case event
        case attribute
        case list

        /// What the length-delimited field is, where it is a message.
        fileprivate func part(_ field: UInt32) -> Shape? {
            switch (self, field) {
            case (.batch, 4): .resource
            case (.resource, 5), (.details, 1), (.event, 3), (.list, 1): .attribute
            case (.details, 2): .event
            case (.attribute, 7): .list
            default: nil
            }
        }
    }

    static func check(_ payload: UnsafeRawBufferPointer, as shape: Shape) throws(WireError) {
        try check(payload, at: 0, as: shape, level: 1)
    }

    private static func check(
        _ message: UnsafeRawBufferPointer, at offset: Int, as shape: Shape, level: Int
    ) throws(WireError) {
        guard level <= levelsMax else {
            throw WireError(.tooComplex, "messages lie more than \(levelsMax) deep in each other")
        }
        var cursor = ProtoCursor(message, at: offset)
        while let field = try cursor.next() {
            guard let bytes = field.bytes, let part = shape.part(field.number) else { continue }
            try check(bytes, at: cursor.position - bytes.count, as: part, level: level + 1)
        }
    }
}

/// Walks over the fields of one message without unpacking them.
struct ProtoCursor {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    private var fieldOffset = 0
    /// Where the message begins in its payload.
    private let origin: Int
    /// Longer forms of a key or a length say nothing that these can't.
    private static let varintBytesMax = 10
    private static let lengthBytesMax = 5

    init(_ bytes: UnsafeRawBufferPointer, at origin: Int) {
        self.bytes = bytes
        self.origin = origin
    }

    /// Behind the last field that was read, in the payload.
    var position: Int { origin + offset }

    struct Field {
        var number: UInt32
        /// Of a length-delimited field.
        var bytes: UnsafeRawBufferPointer?
    }

    mutating func next() throws(WireError) -> Field? {
        guard offset < bytes.count else { return nil }
        fieldOffset = offset
        let key = try varint(bytesMax: Self.lengthBytesMax)
        var field = Field(number: UInt32(truncatingIfNeeded: key >> 3))
        switch key & 7 {
        case 0: _ = try varint(bytesMax: Self.varintBytesMax)
        case 1: _ = try take(8)
        case 2: field.bytes = try take(try varint(bytesMax: Self.lengthBytesMax))
        case 5: _ = try take(4)
        default: throw corrupt
        }
        return field
    }

    private var corrupt: WireError {
        WireError(.corruptMessage, "a field of the message can't be read", offset: UInt64(origin + fieldOffset))
    }

    private mutating func varint(bytesMax: Int) throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        for position in 0..<min(bytesMax, bytes.count - offset) {
            let byte = bytes[offset + position]
            value |= UInt64(byte & 0x7F) << UInt64(position * 7)
            if byte & 0x80 == 0 {
                offset += position + 1
                return value
            }
        }
        throw corrupt
    }

    private mutating func take(_ count: UInt64) throws(WireError) -> UnsafeRawBufferPointer {
        guard count <= UInt64(bytes.count - offset) else { throw corrupt }
        defer { offset += Int(count) }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Int(count)])
    }
}

internal import CProtobufC
internal import CSpanProto
import TraceModel
import Wire

/// Reads OTLP's attribute values. Lists and maps come as bytes of their own; they are unpacked here level by level,
/// so that a hostile body costs neither stack nor time.
final class OTLPValues {
    private static let depthMax = 8
    private let decoder = MessageDecoder(expansionMax: OTLPProtobuf.expansionMax)

    func attributes(
        _ base: UnsafeMutablePointer<UnsafeMutablePointer<Otlp__V1__KeyValue>?>?, _ count: Int
    ) throws(IngestError) -> [SpanAttribute] {
        var attributes: [SpanAttribute] = []
        attributes.reserveCapacity(count)
        for index in 0..<count {
            let entry = base![index]!.pointee
            guard let value = try value(entry.value, depth: 0) else { continue }
            attributes.append(SpanAttribute(String(cString: entry.key), value))
        }
        return attributes
    }

    /// Nil for a value that says nothing.
    func value(_ pointer: UnsafeMutablePointer<Otlp__V1__Value>?, depth: Int) throws(IngestError) -> AttributeValue? {
        switch Self.shallow(pointer) {
        case .nothing: return nil
        case .plain(let value): return value
        case .list(let bytes): return .list(try list(bytes, depth: depth + 1))
        case .map(let bytes): return .list(try map(bytes, depth: depth + 1))
        }
    }

    /// One level, with its nested parts copied out, because unpacking them overwrites the arena.
    private enum Shallow {
        case nothing
        case plain(AttributeValue)
        case list([UInt8])
        case map([UInt8])
    }

    private static func shallow(_ pointer: UnsafeMutablePointer<Otlp__V1__Value>?) -> Shallow {
        guard let value = pointer?.pointee else { return .nothing }
        switch value.value_case {
        case OTLP__V1__VALUE__VALUE_TEXT: return .plain(.string(String(cString: value.text)))
        case OTLP__V1__VALUE__VALUE_FLAG: return .plain(.bool(value.flag != 0))
        case OTLP__V1__VALUE__VALUE_INTEGER: return .plain(.int(value.integer))
        case OTLP__V1__VALUE__VALUE_NUMBER: return .plain(.double(value.number))
        case OTLP__V1__VALUE__VALUE_LIST: return .list(copy(value.list))
        case OTLP__V1__VALUE__VALUE_MAP: return .map(copy(value.map))
        case OTLP__V1__VALUE__VALUE_RAW: return .plain(.string(String(decoding: copy(value.raw), as: UTF8.self)))
        default: return .nothing
        }
    }

    private func list(_ bytes: [UInt8], depth: Int) throws(IngestError) -> [AttributeValue] {
        try requireDepth(depth)
        let message = try OTLPProtobuf.unpack(decoder, bytes, "list of values", otlp__v1__value_list__unpack)
        let parts = (0..<message.n_values).map { Self.shallow(message.values[$0]) }
        return try values(parts, depth)
    }

    /// A map has no place among attribute values: it becomes a list of its keys and values in turn.
    private func map(_ bytes: [UInt8], depth: Int) throws(IngestError) -> [AttributeValue] {
        try requireDepth(depth)
        let message = try OTLPProtobuf.unpack(decoder, bytes, "map of values", otlp__v1__value_map__unpack)
        let parts = (0..<message.n_values).flatMap { index -> [Shallow] in
            let entry = message.values[index]!.pointee
            return [.plain(.string(String(cString: entry.key))), Self.shallow(entry.value)]
        }
        return try values(parts, depth)
    }

    private func values(_ parts: [Shallow], _ depth: Int) throws(IngestError) -> [AttributeValue] {
        var values: [AttributeValue] = []
        for part in parts {
            switch part {
            case .nothing: values.append(.string(""))
            case .plain(let value): values.append(value)
            case .list(let bytes): values.append(.list(try list(bytes, depth: depth + 1)))
            case .map(let bytes): values.append(.list(try map(bytes, depth: depth + 1)))
            }
        }
        return values
    }

    private func requireDepth(_ depth: Int) throws(IngestError) {
        guard depth <= Self.depthMax else {
            throw IngestError(.tooComplex, "an attribute is nested more than \(Self.depthMax) levels deep")
        }
    }

    private static func copy(_ bytes: ProtobufCBinaryData) -> [UInt8] {
        Array(UnsafeBufferPointer(start: bytes.data, count: bytes.len))
    }
}

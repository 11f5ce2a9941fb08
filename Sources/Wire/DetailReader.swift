internal import CProtobufC
internal import CSpanProto
package import TraceModel

/// Unpacks what people read of a native batch: whole spans with their strings and attributes. Tens of microseconds a
/// frame, only when somebody looks.
package struct DetailReader {
    private let decoder = MessageDecoder()
    /// An attribute of six bytes unpacks to more than eighty.
    private let detailDecoder = MessageDecoder(expansionMax: 32)
    private let limits: FrameLimits

    package init(limits: FrameLimits = FrameLimits()) {
        self.limits = limits
    }

    /// The spans in the given rows of a kept frame. `isWhole` is false where the details of one are no SpanDetails:
    /// nobody looked at them on the way in, and the span is shown without.
    package func spans(
        in payload: UnsafeRawBufferPointer, compressed: Bool, rows: [Int]
    ) throws(WireError) -> (spans: [SpanDetail], isWhole: Bool) {
        let plain = compressed ? try decoder.inflate(payload, limits: limits) : payload
        let columns = try decoder.batch(plain, limits: limits)
        let table = StringList(columns.strings)
        let resources = try resources(of: plain, table)
        var offsets = [0]
        for row in 0..<columns.count { offsets.append(offsets[row] + Int(columns.detailLengths?[row] ?? 0)) }
        var spans: [SpanDetail] = []
        var isWhole = true
        for row in rows where row < columns.count {
            let resource = resources[Int(columns.resource?[row] ?? 0)]
            var span = columns.span(row, resource, table)
            let bytes = UnsafeRawBufferPointer(rebasing: columns.details[offsets[row]..<offsets[row + 1]])
            do throws(WireError) {
                try MessageNesting.check(bytes, as: .details)
                let details = try detailDecoder.unpack(bytes, "SpanDetails", unmask__v1__span_details__unpack)
                table.fill(&span, from: details)
            } catch {
                isWhole = false
            }
            spans.append(span)
        }
        return (spans, isWhole)
    }

    package func spans(
        in bytes: [UInt8], compressed: Bool, rows: [Int]
    ) throws(WireError) -> (spans: [SpanDetail], isWhole: Bool) {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(WireError) in try spans(in: buffer, compressed: compressed, rows: rows) }
        }
        return try result.get()
    }

    /// Resources with their attributes, which judgement does not need and `BatchColumns` therefore leaves out.
    private func resources(
        of payload: UnsafeRawBufferPointer, _ table: StringList
    ) throws(WireError) -> [SpanResource] {
        let message = try detailDecoder.unpack(payload, "SpanBatch", unmask__v1__span_batch__unpack)
        guard message.n_resources > 0 else { return [SpanResource(service: "")] }
        return (0..<message.n_resources).map { index in
            let resource = message.resources[index]!.pointee
            return SpanResource(
                service: table[resource.service], namespace: table[resource.namespace_],
                environment: table[resource.environment], instance: table[resource.instance],
                attributes: table.attributes(resource.attributes, resource.n_attributes))
        }
    }
}

/// The batch's strings as Swift strings; an index that points nowhere reads as empty.
struct StringList {
    private var strings: [String] = []

    init(_ column: StringColumn) {
        column.forEach { strings.append(String(decoding: $0, as: UTF8.self)) }
    }

    subscript(index: UInt32) -> String { Int(index) < strings.count ? strings[Int(index)] : "" }

    func fill(_ span: inout SpanDetail, from details: Unmask__V1__SpanDetails) {
        span.attributes = attributes(details.attributes, details.n_attributes)
        span.statusMessage = self[details.status_message]
        span.events = (0..<details.n_events).map { index in
            let event = details.events[index]!.pointee
            return SpanEvent(
                name: self[event.name], timeNanoseconds: event.time_unix_nanoseconds,
                attributes: attributes(event.attributes, event.n_attributes))
        }
    }

    func attributes(
        _ base: UnsafeMutablePointer<UnsafeMutablePointer<Unmask__V1__Attribute>?>?, _ count: Int
    ) -> [SpanAttribute] {
        (0..<count).map { index in
            let attribute = base![index]!.pointee
            return SpanAttribute(self[attribute.key], value(attribute))
        }
    }

    private func value(_ attribute: Unmask__V1__Attribute) -> AttributeValue {
        switch attribute.value_case {
        case UNMASK__V1__ATTRIBUTE__VALUE_TEXT: .string(self[attribute.text])
        case UNMASK__V1__ATTRIBUTE__VALUE_INLINE: .string(String(cString: attribute.inline_))
        case UNMASK__V1__ATTRIBUTE__VALUE_INTEGER: .int(attribute.integer)
        case UNMASK__V1__ATTRIBUTE__VALUE_NUMBER: .double(attribute.number)
        case UNMASK__V1__ATTRIBUTE__VALUE_FLAG: .bool(attribute.flag != 0)
        case UNMASK__V1__ATTRIBUTE__VALUE_LIST:
            .list(attributes(attribute.list.pointee.values, attribute.list.pointee.n_values).map(\.value))
        default: .string("")
        }
    }
}

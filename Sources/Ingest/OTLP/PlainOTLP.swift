import TraceModel
import Wire

/// Turns OTLP's JSON into OTLP's protobuf in one pass, without a tree of values between them: that tree, a text for
/// each key and each word, costs twenty times as much as all that follows.
///
/// Only what exporters write in the present form is turned; anything else (older names, enumerations by name, ids in
/// base64, a member twice, a wrong type, an id of zeros) is `OddJSON`, and `OTLPJSON` reads the whole body. A test
/// holds both to the same spans.
package struct PlainOTLP {
    private var json: PlainJSON
    private var writer = ProtoWriter()
    private static let listDepthMax = 8

    /// Nil where the body is none of the plain ones.
    package static func protobuf(_ body: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        do throws(OddJSON) {
            var this = PlainOTLP(json: try PlainJSON(body))
            this.writer.reserve(body.count * 2 / 3)
            try this.document()
            return this.writer.bytes
        } catch {
            return nil
        }
    }

    private mutating func document() throws(OddJSON) {
        var seen = SeenMembers()
        try object { this, key throws(OddJSON) in
            guard "resourceSpans" ~= key else { throw OddJSON() }
            try seen.note(0)
            try this.list { this throws(OddJSON) in
                let group = this.writer.open(1)
                try this.resourceSpans()
                this.writer.close(group)
            }
        }
        guard seen.has(0) else { throw OddJSON() }
        try json.end()
    }

    // MARK: Structure

    private mutating func object(
        _ member: (inout PlainOTLP, UnsafeRawBufferPointer) throws(OddJSON) -> Void
    ) throws(OddJSON) {
        try json.expect("{")
        var isFirst = true
        while try json.hasNext(before: "}", &isFirst) { try member(&self, try json.key()) }
    }

    private mutating func list(_ element: (inout PlainOTLP) throws(OddJSON) -> Void) throws(OddJSON) {
        try json.expect("[")
        var isFirst = true
        while try json.hasNext(before: "]", &isFirst) { try element(&self) }
    }

    private mutating func message(
        _ field: UInt32, _ body: (inout PlainOTLP) throws(OddJSON) -> Void
    ) throws(OddJSON) {
        let start = writer.open(field)
        try body(&self)
        writer.close(start)
    }

    private mutating func skipText() throws(OddJSON) { _ = try json.word() }
    private mutating func skipNumber() throws(OddJSON) { _ = try json.unsigned() }

    // MARK: Groups

    private mutating func resourceSpans() throws(OddJSON) {
        var seen = SeenMembers()
        try object { this, key throws(OddJSON) in
            switch key {
            case "resource":
                try seen.note(0)
                try this.message(1) { this throws(OddJSON) in try this.attributed(attributes: 1, name: nil) }
            case "scopeSpans":
                try seen.note(1)
                try this.list { this throws(OddJSON) in
                    try this.message(2) { this throws(OddJSON) in try this.scopeSpans() }
                }
            case "schemaUrl": try this.skipText()
            default: throw OddJSON()
            }
        }
        // Protobuf tells no resource from one without a name, and JSON does not.
        guard seen.has(0) else { throw OddJSON() }
    }

    private mutating func scopeSpans() throws(OddJSON) {
        var seen = SeenMembers()
        try object { this, key throws(OddJSON) in
            switch key {
            case "scope":
                try seen.note(0)
                try this.message(1) { this throws(OddJSON) in try this.attributed(attributes: 3, name: 1) }
            case "spans":
                try seen.note(1)
                try this.list { this throws(OddJSON) in
                    try this.message(2) { this throws(OddJSON) in try this.span() }
                }
            case "schemaUrl": try this.skipText()
            default: throw OddJSON()
            }
        }
    }

    /// A resource or a scope.
    private mutating func attributed(attributes field: UInt32, name: UInt32?) throws(OddJSON) {
        var seen = SeenMembers()
        try object { this, key throws(OddJSON) in
            switch key {
            case "attributes":
                try seen.note(0)
                try this.attributes(field)
            case "name":
                guard let name else { throw OddJSON() }
                try seen.note(1)
                try this.json.write(name, to: &this.writer)
            case "version": try this.skipText()
            case "droppedAttributesCount": try this.skipNumber()
            default: throw OddJSON()
            }
        }
    }

    // MARK: Spans

    private mutating func span() throws(OddJSON) {
        var seen = SeenMembers()
        try object { this, key throws(OddJSON) in try this.member(key, &seen) }
        // Whoever leaves out what every span has writes by other rules.
        guard seen.has(0), seen.has(1), seen.has(4), seen.has(5) else { throw OddJSON() }
    }

    private mutating func member(_ key: UnsafeRawBufferPointer, _ seen: inout SeenMembers) throws(OddJSON) {
        switch key {
        case "traceId": try id(1, digits: 32, &seen, 0)
        case "spanId": try id(2, digits: 16, &seen, 1)
        case "parentSpanId": try id(4, digits: 16, &seen, 2)
        case "name":
            try seen.note(3)
            try json.write(5, to: &writer)
        case "startTimeUnixNano":
            try seen.note(4)
            writer.present(7, fixed64: try json.unsigned())
        case "endTimeUnixNano":
            try seen.note(5)
            writer.present(8, fixed64: try json.unsigned())
        case "kind":
            try seen.note(6)
            writer.varint(6, try small(below: 6))
        case "attributes":
            try seen.note(7)
            try attributes(9)
        case "events":
            try seen.note(8)
            try list { this throws(OddJSON) in try this.message(11) { this throws(OddJSON) in try this.event() } }
        case "links":
            try seen.note(9)
            try list { this throws(OddJSON) in try this.message(13) { this throws(OddJSON) in try this.link() } }
        case "status":
            try seen.note(10)
            try message(15) { this throws(OddJSON) in try this.status() }
        case "traceState":
            try seen.note(11)
            try json.write(3, to: &writer)
        case "flags":
            try seen.note(12)
            writer.fixed32(16, UInt32(truncatingIfNeeded: try json.unsigned()))
        case "droppedAttributesCount", "droppedEventsCount", "droppedLinksCount": try skipNumber()
        default: throw OddJSON()
        }
    }

    private mutating func small(below bound: UInt64) throws(OddJSON) -> UInt64 {
        let number = try json.unsigned()
        guard number < bound else { throw OddJSON() }
        return number
    }

    /// An id in hex, or an empty one for a parent that is not there.
    private mutating func id(
        _ field: UInt32, digits: Int, _ seen: inout SeenMembers, _ place: Int
    ) throws(OddJSON) {
        try seen.note(place)
        guard let id = try json.id() else {
            if field == 4 { return }
            throw OddJSON()
        }
        guard id.digits == digits else { throw OddJSON() }
        if digits == 16 {
            withUnsafeBytes(of: id.low.bigEndian) { writer.present(field, raw: $0) }
        } else {
            withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) { writer.present(field, raw: $0) }
        }
    }

    private mutating func status() throws(OddJSON) {
        var seen = SeenMembers()
        try object { this, key throws(OddJSON) in
            switch key {
            case "code":
                try seen.note(0)
                this.writer.varint(3, try this.small(below: 3))
            case "message":
                try seen.note(1)
                try this.json.write(2, to: &this.writer)
            default: throw OddJSON()
            }
        }
    }

    private mutating func event() throws(OddJSON) {
        var seen = SeenMembers()
        try object { this, key throws(OddJSON) in
            switch key {
            case "timeUnixNano":
                try seen.note(0)
                this.writer.present(1, fixed64: try this.json.unsigned())
            case "name":
                try seen.note(1)
                try this.json.write(2, to: &this.writer)
            case "attributes":
                try seen.note(2)
                try this.attributes(3)
            case "droppedAttributesCount": try this.skipNumber()
            default: throw OddJSON()
            }
        }
    }

    private mutating func link() throws(OddJSON) {
        var seen = SeenMembers()
        try object { this, key throws(OddJSON) in
            switch key {
            case "traceId": try this.id(1, digits: 32, &seen, 0)
            case "spanId": try this.id(2, digits: 16, &seen, 1)
            case "attributes":
                try seen.note(2)
                try this.attributes(4)
            case "traceState": try this.skipText()
            case "flags", "droppedAttributesCount": try this.skipNumber()
            default: throw OddJSON()
            }
        }
        guard seen.has(0), seen.has(1) else { throw OddJSON() }
    }

    // MARK: Attributes

    private mutating func attributes(_ field: UInt32) throws(OddJSON) {
        try list { this throws(OddJSON) in
            try this.message(field) { this throws(OddJSON) in
                var seen = SeenMembers()
                try this.object { this, key throws(OddJSON) in
                    switch key {
                    case "key":
                        try seen.note(0)
                        try this.json.write(1, to: &this.writer)
                    case "value":
                        try seen.note(1)
                        try this.message(2) { this throws(OddJSON) in try this.value(depth: 0) }
                    default: throw OddJSON()
                    }
                }
                guard seen.has(0), seen.has(1) else { throw OddJSON() }
            }
        }
    }

    private mutating func value(depth: Int) throws(OddJSON) {
        guard depth < Self.listDepthMax else { throw OddJSON() }
        var seen = SeenMembers()
        try object { this, key throws(OddJSON) in
            try seen.note(0)
            switch key {
            case "stringValue": try this.json.write(1, to: &this.writer)
            case "boolValue": this.writer.present(2, varint: try this.json.bool() ? 1 : 0)
            case "intValue": this.writer.present(3, varint: UInt64(bitPattern: try this.json.signed()))
            case "doubleValue": this.writer.present(4, fixed64: try this.json.double().bitPattern)
            case "arrayValue":
                try this.message(5) { this throws(OddJSON) in
                    try this.object { this, key throws(OddJSON) in
                        guard "values" ~= key else { throw OddJSON() }
                        try seen.note(1)
                        try this.list { this throws(OddJSON) in
                            try this.message(1) { this throws(OddJSON) in try this.value(depth: depth + 1) }
                        }
                    }
                }
            default: throw OddJSON()
            }
        }
        guard seen.has(0) else { throw OddJSON() }
    }
}

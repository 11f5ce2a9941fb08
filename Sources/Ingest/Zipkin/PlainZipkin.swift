import TraceModel

/// Reads Zipkin's JSON, version 2, without a tree of values between it and the spans. Only what reporters write is
/// read; anything else is `OddJSON`, and `ZipkinJSON` reads the whole body. A test holds both to the same spans.
package struct PlainZipkin {
    private var json: PlainJSON
    private var decoded = DecodedSpans()
    private static let tagsMax = 32

    /// Nil where the body is none of the plain ones.
    package static func traces(_ body: UnsafeBufferPointer<UInt8>) -> DecodedSpans? {
        do throws(OddJSON) {
            var this = PlainZipkin(json: try PlainJSON(body))
            try this.document()
            return this.decoded
        } catch {
            return nil
        }
    }

    private mutating func document() throws(OddJSON) {
        try json.expect("[")
        var isFirst = true
        while try json.hasNext(before: "]", &isFirst) { decoded.take(try span()) }
        try json.end()
    }

    private struct Endpoint {
        var service = ""
        var ipv4: String?
        var ipv6: String?
        var port: UInt64?
        var address: String? { ipv4 ?? ipv6 }
    }

    private mutating func span() throws(OddJSON) -> SpanDetail {
        var span = SpanDetail(
            traceID: TraceID(high: 0, low: 0), spanID: .none, startNanoseconds: 0, durationNanoseconds: 0,
            resource: SpanResource(service: ""), name: "", kind: .internal)
        var local = Endpoint()
        var remote = Endpoint()
        var seen = SeenMembers()
        try json.expect("{")
        var isFirst = true
        while try json.hasNext(before: "}", &isFirst) {
            let key = try json.key()
            switch key {
            case "localEndpoint":
                try seen.note(8)
                local = try endpoint()
            case "remoteEndpoint":
                try seen.note(9)
                remote = try endpoint()
            default: try member(key, &seen, &span)
            }
        }
        guard seen.has(0), seen.has(1) else { throw OddJSON() }
        ZipkinJSON.finish(
            &span, local: (local.service.isEmpty ? ResourceNames.unknownService : local.service, local.address),
            remote: (remote.service, remote.address, remote.port.map(String.init)))
        return span
    }

    private mutating func member(
        _ key: UnsafeRawBufferPointer, _ seen: inout SeenMembers, _ span: inout SpanDetail
    ) throws(OddJSON) {
        switch key {
        case "traceId":
            try seen.note(0)
            guard let id = try json.id() else { throw OddJSON() }
            span.traceID = TraceID(high: id.high, low: id.low)
        case "id":
            try seen.note(1)
            guard let id = try spanID() else { throw OddJSON() }
            span.spanID = id
        case "parentId":
            try seen.note(2)
            span.parentID = try spanID() ?? .none
        case "name":
            try seen.note(3)
            span.name = try json.text()
        case "kind":
            try seen.note(4)
            span.kind = SpanKinds.kind(try json.text()) ?? .internal
        case "timestamp":
            try seen.note(5)
            span.startNanoseconds = JSONFields.nanoseconds(microseconds: try json.unsigned())
        case "duration":
            try seen.note(6)
            span.durationNanoseconds = JSONFields.nanoseconds(microseconds: try json.unsigned())
        case "tags":
            try seen.note(7)
            span.attributes = try tags()
        case "annotations":
            try seen.note(10)
            span.events = try annotations()
        case "debug", "shared": _ = try json.bool()
        default: throw OddJSON()
        }
    }

    private mutating func spanID() throws(OddJSON) -> SpanID? {
        guard let id = try json.id() else { return nil }
        guard id.high == 0 else { throw OddJSON() }
        return SpanID(id.low)
    }

    private mutating func endpoint() throws(OddJSON) -> Endpoint {
        var endpoint = Endpoint()
        var seen = SeenMembers()
        try json.expect("{")
        var isFirst = true
        while try json.hasNext(before: "}", &isFirst) {
            switch try json.key() {
            case "serviceName":
                try seen.note(0)
                endpoint.service = try json.text()
            case "ipv4":
                try seen.note(1)
                endpoint.ipv4 = try json.text()
            case "ipv6":
                try seen.note(2)
                endpoint.ipv6 = try json.text()
            case "port":
                try seen.note(3)
                endpoint.port = try json.unsigned()
            default: throw OddJSON()
            }
        }
        return endpoint
    }

    private mutating func tags() throws(OddJSON) -> [SpanAttribute] {
        var tags: [SpanAttribute] = []
        tags.reserveCapacity(10)
        try json.expect("{")
        var isFirst = true
        while try json.hasNext(before: "}", &isFirst) {
            let key = String(decoding: try json.key(), as: UTF8.self)
            // Of a key that comes twice the last one counts.
            guard tags.count < Self.tagsMax, !tags.contains(where: { Self.isSame($0.key, key) }) else {
                throw OddJSON()
            }
            tags.append(SpanAttribute(key, .string(try json.text())))
        }
        return tags
    }

    private static func isSame(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
    }

    private mutating func annotations() throws(OddJSON) -> [SpanEvent] {
        var events: [SpanEvent] = []
        try json.expect("[")
        var isFirst = true
        while try json.hasNext(before: "]", &isFirst) {
            var seen = SeenMembers()
            var text = ""
            var time: UInt64 = 0
            try json.expect("{")
            var isFirstMember = true
            while try json.hasNext(before: "}", &isFirstMember) {
                switch try json.key() {
                case "timestamp":
                    try seen.note(0)
                    time = JSONFields.nanoseconds(microseconds: try json.unsigned())
                case "value":
                    try seen.note(1)
                    text = try json.text()
                // Endpoints are version 1's.
                default: throw OddJSON()
                }
            }
            events.append(ZipkinJSON.event(text, timeNanoseconds: time))
        }
        return events
    }
}

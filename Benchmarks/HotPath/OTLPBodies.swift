import Ingest
import Platform
import TraceModel
import Traffic

/// Export requests of the shop's traffic as its services' SDKs would send them: 350 spans of one service in each body,
/// with the attributes of OpenTelemetry's conventions.
struct OTLPBodies {
    static let spansEach = 350
    let bodies: [[UInt8]]
    let spans: Int
    /// Where the trace ids' low halves and the span ids lie in each body, to give every round its own.
    let places: [[Int]]

    init(count: Int, mix: ScenarioMix) {
        var shop = Shop(mix: mix, seed: 7)
        var waiting: [SpanResource: [SpanDetail]] = [:]
        var bodies: [[UInt8]] = []
        while bodies.count < count {
            for span in shop.trace(endingNanoseconds: Clock.wallNanoseconds).spans {
                waiting[span.resource, default: []].append(Self.asExported(span))
                guard waiting[span.resource]!.count == Self.spansEach else { continue }
                var writer = OTLPWriter()
                writer.write(waiting.removeValue(forKey: span.resource)!)
                bodies.append(writer.bytes)
            }
        }
        self.bodies = bodies
        spans = bodies.count * Self.spansEach
        places = bodies.map(Self.traceIDs)
    }

    var bytesPerSpan: Double { Double(bodies.reduce(0) { $0 + $1.count }) / Double(spans) }

    /// A body with trace ids that no other round has.
    func body(_ number: Int, round: UInt16) -> [UInt8] {
        var body = bodies[number]
        for place in places[number] {
            body[place] ^= UInt8(truncatingIfNeeded: round)
            body[place + 1] ^= UInt8(truncatingIfNeeded: round >> 8)
        }
        return body
    }

    /// A span's first field is its trace id, and the second its span's: 0A 10, sixteen bytes, 12 08.
    private static func traceIDs(_ body: [UInt8]) -> [Int] {
        var places: [Int] = []
        var offset = 0
        while offset + 20 <= body.count {
            let isID = body[offset] == 0x0A && body[offset + 1] == 16 && body[offset + 18] == 0x12
            if isID, body[offset + 19] == 8 {
                places.append(offset + 10)
                offset += 28
            } else {
                offset += 1
            }
        }
        precondition(places.count >= spansEach, "every span has its trace id")
        return places
    }

    private static func asExported(_ span: SpanDetail) -> SpanDetail {
        var span = span
        var attributes = span.attributes.filter { $0.key.hasPrefix("app.") || $0.key == "thread.id" }
        func add(_ key: String, _ value: AttributeValue) { attributes.append(SpanAttribute(key, value)) }
        if span.method != .none { add("http.request.method", .string(span.method.name)) }
        if span.httpCode != 0 { add("http.response.status_code", .int(Int64(span.httpCode))) }
        let id = span.spanID.raw % 1_000_000
        switch span.kind {
        case .server:
            add("http.route", .string(span.route))
            add("url.path", .string("/shop/\(id)"))
            add("network.peer.address", .string("10.4.\(id % 250).\(id / 250 % 250)"))
        case .client where span.evidence.contains(.database):
            add("db.system", .string("postgresql"))
            add("db.statement", .string("SELECT * FROM \(span.name.split(separator: " ").last ?? "x") WHERE id = $1"))
        case .client:
            add("url.full", .string("http://\(span.peer)/shop/\(id)"))
            add("server.address", .string(span.peer))
        default: break
        }
        add("network.protocol.version", .string("1.1"))
        add("http.request.header.x_request_id", .string("3f2504e0-4f89-41d3-9a0c-\(id)"))
        if !span.errorType.isEmpty { add("error.type", .string(span.errorType)) }
        span.attributes = attributes
        span.evidence = []
        return span
    }
}

import Ingest
import Platform
import Symbols
import TraceModel
import Traffic
import Wire

/// What it costs to turn JSON bodies of OTLP and Zipkin into rows: the shop's spans as exporters write them.
enum JSONBenchmark {
    private static let rounds = 20

    static func run(into table: inout Table) {
        let spans = OTLPBodies(count: 8, mix: .production).bodies.map(decoded)
        let symbols = SymbolTable()
        let desk = SpanDesk(symbols: symbols, hops: HopTable(symbols: symbols)) { batch in
            BatchReceipt(admission: .accepted, acceptedSpans: batch.rows.count, dropped: [])
        }
        measure("OTLP JSON", spans.map(otlp), into: &table) { body in
            guard let plain = PlainOTLP.protobuf(body) else { preconditionFailure("our own body is plain") }
            return plain.withUnsafeBytes { bytes in accepted { () throws(IngestError) in try desk.take(otlp: bytes) } }
        }
        measure("Zipkin JSON", spans.map(zipkin), into: &table) { body in
            guard let plain = PlainZipkin.traces(body) else { preconditionFailure("our own body is plain") }
            return accepted { () throws(IngestError) in try desk.take(plain) }
        }
    }

    private static func measure(
        _ name: String, _ texts: [String], into table: inout Table, _ take: (UnsafeBufferPointer<UInt8>) -> Int
    ) {
        let bodies = texts.map { Array($0.utf8) }
        let once = bodies.reduce(0) { $0 + $1.withUnsafeBufferPointer(take) }
        let cost = cpu {
            for _ in 0..<rounds {
                for body in bodies { _ = body.withUnsafeBufferPointer(take) }
            }
        }
        let bytes = Double(bodies.reduce(0) { $0 + $1.count }) / Double(once)
        table.add("wire size of a span, \(name)", figure(bytes, "bytes"))
        table.add("\(name) to rows, a span", figure(cost / Double(once * rounds), "ns"), goal: "4,000 ns")
    }

    private static func accepted(_ take: () throws(IngestError) -> ExportReceipt) -> Int {
        do {
            return try take().accepted
        } catch {
            preconditionFailure("our own body: \(error)")
        }
    }

    private static func decoded(_ body: [UInt8]) -> [SpanDetail] {
        do {
            return try OTLPProtobuf().traces(body).spans
        } catch {
            preconditionFailure("our own body: \(error)")
        }
    }

    // No text of the shop's needs an escape.

    private static func otlp(_ spans: [SpanDetail]) -> String {
        let resource = spans[0].resource.attributes.map(pair).joined(separator: ",")
        let texts = spans.map { span in
            let parent = span.parentID.isNone ? "" : #""parentSpanId":"\#(span.parentID)","#
            return #"{"traceId":"\#(span.traceID)","spanId":"\#(span.spanID)",\#(parent)"name":"\#(span.name)","#
                + #""kind":\#(span.kind.rawValue),"startTimeUnixNano":"\#(span.startNanoseconds)","#
                + #""endTimeUnixNano":"\#(span.startNanoseconds + span.durationNanoseconds)","#
                + #""attributes":[\#(span.attributes.map(pair).joined(separator: ","))],"#
                + #""status":{"code":\#(span.status.rawValue)}}"#
        }
        return #"{"resourceSpans":[{"resource":{"attributes":[\#(resource)]},"scopeSpans":[{"scope":{"name":"http"},"#
            + #""spans":[\#(texts.joined(separator: ","))]}]}]}"#
    }

    private static func pair(_ attribute: SpanAttribute) -> String {
        let value =
            if case .int(let number) = attribute.value {
                #"{"intValue":"\#(number)"}"#
            } else {
                #"{"stringValue":"\#(text(attribute.value))"}"#
            }
        return #"{"key":"\#(attribute.key)","value":\#(value)}"#
    }

    private static func zipkin(_ spans: [SpanDetail]) -> String {
        let texts = spans.map { span in
            let parent = span.parentID.isNone ? "" : #""parentId":"\#(span.parentID)","#
            let kind = span.kind == .internal ? "" : #""kind":"\#(span.kind.description.uppercased())","#
            let tags = span.attributes.map { #""\#($0.key)":"\#(text($0.value))""# }.joined(separator: ",")
            return #"{"traceId":"\#(span.traceID)","id":"\#(span.spanID)",\#(parent)\#(kind)"name":"\#(span.name)","#
                + #""timestamp":\#(span.startNanoseconds / 1000),"duration":\#(span.durationNanoseconds / 1000),"#
                + #""localEndpoint":{"serviceName":"\#(span.resource.service)"},"tags":{\#(tags)}}"#
        }
        return "[\(texts.joined(separator: ","))]"
    }

    private static func text(_ value: AttributeValue) -> String {
        switch value {
        case .string(let text): text
        case .int(let number): "\(number)"
        case .double(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        case .list: ""
        }
    }
}

import Configuration
import Ingest
import TraceModel

extension FuzzTarget {
    private static let messageBytesMax = 512
    private static let pieceBytes = 13

    /// The first byte says whose lines the rest is, as a stream of syslog.
    func readLogs(_ bytes: UnsafeRawBufferPointer) {
        guard let first = bytes.first else { return }
        let format = LogFormat.known[Int(first) % LogFormat.known.count]
        let reader = GatewaySpans(GatewayRule(service: "edge", format: format, answersInstead: [503: 200]))
        let rest = UnsafeRawBufferPointer(rebasing: bytes[1...])
        var whole: [[UInt8]] = []
        var stream = MessageStream(.syslog, messageBytesMax: Self.messageBytesMax)
        stream.append(rest) { whole.append(Array($0)) }
        var pieces: [[UInt8]] = []
        var slow = MessageStream(.syslog, messageBytesMax: Self.messageBytesMax)
        for start in stride(from: 0, to: rest.count, by: Self.pieceBytes) {
            let piece = rest[start..<min(start + Self.pieceBytes, rest.count)]
            slow.append(UnsafeRawBufferPointer(rebasing: piece)) { pieces.append(Array($0)) }
        }
        precondition(whole == pieces, "messages depend on how their bytes came")
        precondition(stream.waitingBytes <= max(Self.messageBytesMax, rest.count))
        for message in whole { read(message, reader) }
    }

    private func read(_ message: [UInt8], _ reader: GatewaySpans) {
        let line = SyslogMessage.content(message[...])
        precondition(line.count <= message.count)
        guard case .spans(let spans) = reader.read(line, arrivalNanoseconds: 1) else { return }
        precondition(!spans.isEmpty && spans.allSatisfy { !$0.traceID.isZero && !$0.spanID.isNone })
        for var span in spans { SpanSemantics().read(&span) }
    }

    func readSegments(_ bytes: UnsafeRawBufferPointer) {
        var services = XRayServices()
        guard let document = try? XRayJSON.parse(Array(bytes)),
            let decoded = try? XRayJSON.read(document, &services)
        else { return }
        for var span in decoded.spans {
            precondition(!span.traceID.isZero && !span.spanID.isNone)
            SpanSemantics().read(&span)
        }
    }
}

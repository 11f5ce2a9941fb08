import Foundation
import Ingest
import TraceModel

/// OTLP over gRPC, frame by frame: a whole connection for one call.
struct OTLPCallTeller: SpanTeller {
    let name = "OTLP gRPC"

    func tell(_ spans: [SpanDetail], to collector: CollectorProcess) throws {
        var writer = OTLPWriter()
        writer.write(spans)
        guard let port = UInt16(collector.url("otlpGrpc").split(separator: ":").last ?? "") else {
            throw TestFailure("no port for gRPC")
        }
        let length = UInt32(writer.bytes.count)
        let message = [0] + Self.number(length) + writer.bytes
        precondition(message.count < 16_384, "one frame is enough for a story")
        var bytes = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + Self.frame(4, 0, 0, [])
        bytes += Self.frame(1, 4, 1, Self.header) + Self.frame(0, 1, 1, message)
        // A goodbye, after which the collector hangs up once it has answered.
        bytes += Self.frame(7, 0, 0, [UInt8](repeating: 0, count: 8))
        let answer = try Self.exchange(bytes, port: port)
        // Only a success has a body: here an empty message behind its prefix.
        guard answer.contains(Self.frame(0, 0, 1, [0, 0, 0, 0, 0])) else { throw TestFailure("\(name): \(answer)") }
    }

    private static let header: [UInt8] = [
        (":method", "POST"), (":scheme", "http"), (":authority", "collector"),
        (":path", "/opentelemetry.proto.collector.trace.v1.TraceService/Export"), ("content-type", "application/grpc"),
        ("te", "trailers"),
    ].flatMap { name, value -> [UInt8] in
        [0, UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(value.utf8.count)] + Array(value.utf8)
    }

    private static func number(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

    private static func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
        Array(number(UInt32(payload.count)).dropFirst()) + [type, flags] + number(stream) + payload
    }

    private static func exchange(_ bytes: [UInt8], port: UInt16) throws -> [UInt8] {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0, send(descriptor, bytes, bytes.count, 0) == bytes.count else {
            throw TestFailure("port \(port) takes no call")
        }
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return answer }
            answer += buffer[..<count]
        }
    }
}

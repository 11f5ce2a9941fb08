import HTTP
import JSON
import Wire

/// OTLP's two ways of writing: an answer is written as its request was.
package enum OTLPEncoding: Sendable {
    case protobuf
    case json

    init?(type: String) {
        switch type {
        case "application/x-protobuf", "application/protobuf": self = .protobuf
        case "application/json": self = .json
        default: return nil
        }
    }

    var type: String {
        switch self {
        case .protobuf: "application/x-protobuf"
        case .json: "application/json"
        }
    }
}

/// The answers of OTLP over HTTP: an export response, which says what was not taken, or a google.rpc.Status.
enum ExportAnswer {
    /// The numbers of gRPC's codes.
    static let invalidArgument: UInt64 = 3
    static let resourceExhausted: UInt64 = 8
    static let unavailable: UInt64 = 14

    static func success(rejected: Int, message: String, _ encoding: OTLPEncoding) -> HTTPResponse {
        let body: [UInt8]
        switch encoding {
        case .protobuf:
            body = protobuf(rejected: rejected, message: message)
        case .json:
            var writer = JSONWriter()
            writer.object { writer in
                guard rejected > 0 || !message.isEmpty else { return }
                writer.objectField("partialSuccess") { writer in
                    // 64 bits are text in protobuf's JSON.
                    writer.field("rejectedSpans", String(rejected))
                    writer.field("errorMessage", message)
                }
            }
            body = writer.bytes
        }
        return HTTPResponse(status: 200, headers: ["Content-Type": encoding.type], body: body)
    }

    /// An export response; empty where all was taken.
    static func protobuf(rejected: Int, message: String) -> [UInt8] {
        guard rejected > 0 || !message.isEmpty else { return [] }
        var partial = ProtoWriter()
        partial.varint(1, UInt64(rejected))
        partial.string(2, message)
        var writer = ProtoWriter()
        writer.block(1, partial.bytes)
        return writer.bytes
    }

    static func failure(_ status: Int, code: UInt64, _ message: String, _ encoding: OTLPEncoding) -> HTTPResponse {
        let body: [UInt8]
        switch encoding {
        case .protobuf:
            var writer = ProtoWriter()
            writer.varint(1, code)
            writer.string(2, message)
            body = writer.bytes
        case .json:
            var writer = JSONWriter()
            writer.object { writer in
                writer.field("code", Int(code))
                writer.field("message", message)
            }
            body = writer.bytes
        }
        return HTTPResponse(status: status, headers: ["Content-Type": encoding.type], body: body)
    }

    /// Under pressure: the same request may come again after the time that stands in a header.
    static func later(milliseconds: UInt32, _ encoding: OTLPEncoding) -> HTTPResponse {
        var response = failure(503, code: unavailable, "no room for more spans now; send again later", encoding)
        response.headers["Retry-After"] = Self.seconds(milliseconds)
        return response
    }

    static func seconds(_ milliseconds: UInt32) -> String { String(max(1, (milliseconds + 999) / 1000)) }
}

package import HTTP
import JSON
import Synchronization
import TraceModel

/// OTLP over HTTP: export requests in protobuf or JSON, plain, gzip or zstd.
package final class OTLPOverHTTP: Sendable {
    package let counters = ReceiverCounters(name: "otlp_http")
    private let desks: SpanDesks

    package init(desks: SpanDesks) {
        self.desks = desks
    }

    package func addRoutes(to router: inout Router) {
        router.add("POST", "/v1/traces") { [self] in traces($0) }
    }

    private func traces(_ request: HTTPRequest) -> HTTPResponse {
        counters.requests.add(1, ordering: .relaxed)
        counters.bytes.add(UInt64(request.body.count), ordering: .relaxed)
        guard let encoding = OTLPEncoding(type: BodyCoding.type(request)) else {
            counters.reject(.unknownType)
            let detail = "OTLP is application/x-protobuf or application/json"
            return HTTPProblem(status: 415, detail: detail, instance: request.rawPath).response
        }
        do throws(IngestError) {
            guard let body = try BodyCoding.plain(request) else {
                counters.reject(.unknownEncoding)
                return ExportAnswer.failure(
                    415, code: ExportAnswer.invalidArgument, "Content-Encoding may be gzip, deflate, zstd or identity",
                    encoding)
            }
            let receipt = try take(body, encoding)
            counters.count(receipt)
            if case .retryLater(let milliseconds) = receipt.admission {
                return ExportAnswer.later(milliseconds: milliseconds, encoding)
            }
            return ExportAnswer.success(rejected: receipt.rejected, message: receipt.message, encoding)
        } catch {
            return refuse(error, encoding)
        }
    }

    private func take(_ body: [UInt8], _ encoding: OTLPEncoding) throws(IngestError) -> ExportReceipt {
        try desks.with { desk throws(IngestError) in
            switch encoding {
            case .protobuf:
                let result = body.withUnsafeBytes { bytes in
                    Result { () throws(IngestError) in try desk.take(otlp: bytes) }
                }
                return try result.get()
            case .json:
                if let plain = body.withUnsafeBufferPointer(PlainOTLP.protobuf) {
                    let result = plain.withUnsafeBytes { bytes in
                        Result { () throws(IngestError) in try desk.take(otlp: bytes) }
                    }
                    return try result.get()
                }
                return try desk.take(try OTLPJSON.traces(try Self.parse(body)))
            }
        }
    }

    static func parse(_ body: [UInt8]) throws(IngestError) -> JSONValue {
        do throws(JSONError) {
            return try JSONParser.parse(body)
        } catch {
            throw IngestError(.corrupt, "this is no JSON: \(error)")
        }
    }

    private func refuse(_ error: IngestError, _ encoding: OTLPEncoding) -> HTTPResponse {
        if error.code == .tooLarge {
            counters.reject(.tooLarge)
            return ExportAnswer.failure(413, code: ExportAnswer.resourceExhausted, error.message, encoding)
        }
        counters.reject(.corrupt)
        return ExportAnswer.failure(400, code: ExportAnswer.invalidArgument, error.message, encoding)
    }
}

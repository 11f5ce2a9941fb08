package import HTTP
import JSON
import Synchronization
import TraceModel

/// Zipkin's collector API: lists of spans in JSON of both versions, and in protobuf of the second. An answer is 202 and
/// empty; whatever could not be taken is said with a 400, since this protocol has no words for a part.
package final class ZipkinOverHTTP: Sendable {
    package let counters = ReceiverCounters(name: "zipkin")
    private let desks: SpanDesks

    package init(desks: SpanDesks) {
        self.desks = desks
    }

    package func addRoutes(to router: inout Router) {
        router.add("POST", "/api/v2/spans") { [self] in spans($0, hasProtobuf: true) }
        router.add("POST", "/api/v1/spans") { [self] in spans($0, hasProtobuf: false) }
    }

    private func spans(_ request: HTTPRequest, hasProtobuf: Bool) -> HTTPResponse {
        counters.requests.add(1, ordering: .relaxed)
        counters.bytes.add(UInt64(request.body.count), ordering: .relaxed)
        let type = BodyCoding.type(request)
        let isProtobuf = hasProtobuf && (type == "application/x-protobuf" || type == "application/protobuf")
        guard isProtobuf || type == "application/json" || type.isEmpty else {
            counters.reject(.unknownType)
            let known = hasProtobuf ? "application/json or application/x-protobuf" : "application/json"
            return HTTPProblem(status: 415, detail: "Zipkin's spans are \(known)", instance: request.rawPath).response
        }
        do throws(IngestError) {
            guard let body = try BodyCoding.plain(request) else {
                counters.reject(.unknownEncoding)
                let detail = "Content-Encoding may be gzip, deflate, zstd or identity"
                return HTTPProblem(status: 415, detail: detail, instance: request.rawPath).response
            }
            let decoded = isProtobuf ? try ZipkinProtobuf.traces(body) : try Self.read(json: body)
            return answer(try desks.with { desk throws(IngestError) in try desk.take(decoded) }, request)
        } catch {
            counters.reject(error.code == .tooLarge ? .tooLarge : .corrupt)
            let status = error.code == .tooLarge ? 413 : 400
            return HTTPProblem(status: status, detail: error.message, instance: request.rawPath).response
        }
    }

    private static func read(json body: [UInt8]) throws(IngestError) -> DecodedSpans {
        if let plain = body.withUnsafeBufferPointer(PlainZipkin.traces) { return plain }
        return try ZipkinJSON.traces(try OTLPOverHTTP.parse(body))
    }

    private func answer(_ receipt: ExportReceipt, _ request: HTTPRequest) -> HTTPResponse {
        counters.count(receipt)
        if case .retryLater(let milliseconds) = receipt.admission {
            let detail = "no room for more spans now; send again later"
            var response = HTTPProblem(status: 503, detail: detail, instance: request.rawPath).response
            response.headers["Retry-After"] = ExportAnswer.seconds(milliseconds)
            return response
        }
        guard receipt.rejected > 0 else { return HTTPResponse(status: 202) }
        let detail = "\(receipt.message); \(receipt.accepted) were taken"
        return HTTPProblem(status: 400, detail: detail, instance: request.rawPath).response
    }
}

package import HTTP
import JSON
import Synchronization
import TraceModel

/// `POST /api/v1/import`: traces as Jaeger's UI and API export them, and whatever else `unmask judge` recognises. What
/// became of them is the answer: 200 where all were taken, 207 where a part was.
package final class TraceImport: Sendable {
    package let counters = ReceiverCounters(name: "import")
    private let desks: SpanDesks

    package init(desks: SpanDesks) {
        self.desks = desks
    }

    package func addRoutes(to router: inout Router) {
        router.add("POST", "/api/v1/import") { [self] in take($0) }
    }

    private func take(_ request: HTTPRequest) -> HTTPResponse {
        counters.requests.add(1, ordering: .relaxed)
        counters.bytes.add(UInt64(request.body.count), ordering: .relaxed)
        do throws(IngestError) {
            guard let body = try BodyCoding.plain(request) else {
                counters.reject(.unknownEncoding)
                let detail = "Content-Encoding may be gzip, deflate, zstd or identity"
                return HTTPProblem(status: 415, detail: detail, instance: request.rawPath).response
            }
            var limits = TraceFileLimits()
            limits.fileBytesMax = BodyCoding.bytesMax
            limits.bodyBytesMax = BodyCoding.bytesMax
            var decoded = try TraceBytes(limits: limits).read(body)
            decoded.joinLogs()
            let spans = decoded
            return answer(try desks.with { desk throws(IngestError) in try desk.take(spans) }, request)
        } catch {
            counters.reject(error.code == .tooLarge ? .tooLarge : .corrupt)
            let status = error.code == .tooLarge ? 413 : 400
            return HTTPProblem(status: status, detail: error.message, instance: request.rawPath).response
        }
    }

    private func answer(_ receipt: ExportReceipt, _ request: HTTPRequest) -> HTTPResponse {
        counters.count(receipt)
        if case .retryLater(let milliseconds) = receipt.admission {
            let detail = "no room for more spans now; send again later"
            var response = HTTPProblem(status: 503, detail: detail, instance: request.rawPath).response
            response.headers["Retry-After"] = ExportAnswer.seconds(milliseconds)
            return response
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("acceptedSpans", receipt.accepted)
            writer.arrayField("rejected", of: receipt.dropped) { writer, entry in
                writer.object { writer in
                    writer.field("reason", entry.reason)
                    writer.field("spans", entry.spans)
                }
            }
        }
        return HTTPResponse(status: receipt.rejected == 0 ? 200 : 207, json: writer)
    }
}

extension DecodedSpans {
    /// Exceptions that logs tell of become events of their spans, where both came together.
    mutating func joinLogs() {
        guard !logs.isEmpty else { return }
        let join = LogJoin(logs)
        for index in spans.indices { _ = join.apply(to: &spans[index]) }
    }
}

import Findings
import JSON
import TraceModel

/// One row of the list of traces.
enum FindingJSON {
    /// `more` adds fields of the occasion.
    static func write(
        _ finding: Finding, to writer: inout JSONWriter, more: (inout JSONWriter) -> Void = { _ in }
    ) {
        writer.object { writer in
            writer.field("traceId", finding.traceID.description)
            writer.field("verdict", finding.verdict.name)
            writer.field("state", finding.state.name)
            writer.field("confidence", finding.confidence.name)
            writer.field("revision", finding.revision)
            writer.key("edge")
            edge(finding, &writer)
            writer.field("kind", finding.kind?.name)
            writer.key("maskPoint")
            point(finding.maskSpan, finding.maskService, finding.maskOperation, &writer)
            writer.key("origin")
            origin(finding, &writer)
            writer.field("fingerprint", finding.fingerprint?.description)
            writer.field("startTime", UTCTime(nanoseconds: finding.startNanoseconds))
            writer.field("duration", finding.durationNanoseconds)
            writer.field("spanCount", finding.spanCount)
            writer.field("decidedAt", UTCTime(nanoseconds: finding.decidedNanoseconds))
            more(&writer)
        }
    }

    private static func edge(_ finding: Finding, _ writer: inout JSONWriter) {
        guard finding.hasEdge else { return writer.value(JSONValue.null) }
        writer.object { writer in
            writer.field("service", finding.edgeService)
            writer.field("route", finding.edgeRoute)
            writer.field("spanId", finding.edgeSpan.description)
            writer.field("httpCode", finding.edgeHTTPCode == 0 ? nil : finding.edgeHTTPCode)
            writer.field("grpcCode", finding.edgeGRPCCode?.name)
            writer.field("answeredOk", finding.edgeAnsweredOK)
        }
    }

    private static func point(
        _ span: SpanID?, _ service: String, _ operation: String, _ writer: inout JSONWriter
    ) {
        guard let span else { return writer.value(JSONValue.null) }
        writer.object { writer in
            writer.field("service", service)
            writer.field("operation", operation)
            writer.field("spanId", span.description)
        }
    }

    private static func origin(_ finding: Finding, _ writer: inout JSONWriter) {
        guard let span = finding.originSpan else { return writer.value(JSONValue.null) }
        writer.object { writer in
            writer.field("service", finding.originName)
            writer.field("operation", finding.originOperation)
            writer.field("spanId", span.description)
            if let traceID = finding.originTraceID { writer.field("traceId", traceID.description) }
            writer.field("class", finding.originClass)
        }
    }
}

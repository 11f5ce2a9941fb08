package import HTTP
import Synchronization
import TraceModel

/// OTLP over gRPC: what the collector services of OpenTelemetry answer.
package final class OTLPOverGRPC: Sendable {
    package let counters = ReceiverCounters(name: "otlp_grpc")

    package init() {}

    private static let traceService = "opentelemetry.proto.collector.trace.v1.TraceService"

    /// The methods of one thread, which has the desk for itself.
    package func methods(_ desk: SpanDesk) -> GRPCMethods {
        var methods = GRPCMethods()
        methods.add(service: Self.traceService, method: "Export") { [self] in traces($0, desk) }
        return methods
    }

    private func traces(_ body: UnsafeRawBufferPointer, _ desk: SpanDesk) -> GRPCReply {
        begin(body)
        do throws(IngestError) {
            let receipt = try desk.take(otlp: body)
            counters.count(receipt)
            if case .retryLater(let milliseconds) = receipt.admission {
                return .status(
                    GRPCStatus(
                        .unavailable, "no room for more spans now; send again later", retryMilliseconds: milliseconds))
            }
            return .message(ExportAnswer.protobuf(rejected: receipt.rejected, message: receipt.message))
        } catch {
            return refuse(error)
        }
    }

    private func begin(_ body: UnsafeRawBufferPointer) {
        counters.requests.add(1, ordering: .relaxed)
        counters.bytes.add(UInt64(body.count), ordering: .relaxed)
    }

    private func refuse(_ error: IngestError) -> GRPCReply {
        counters.reject(error.code == .tooLarge ? .tooLarge : .corrupt)
        let code: GRPCStatus.Code = error.code == .tooLarge ? .resourceExhausted : .invalidArgument
        return .status(GRPCStatus(code, error.message))
    }
}

"""Exports spans over gRPC with OpenTelemetry's own exporter and with bare grpcio; prints one JSON document.

    otlp_grpc.py SCENARIO ADDRESS [TOKEN]
"""

import concurrent.futures
import json
import sys

import grpc
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2, logs_service_pb2_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult
from opentelemetry.trace import SpanKind, Status, StatusCode

TRACE = "opentelemetry.proto.collector.trace.v1.TraceService"
START = 1704164645_000000000


class Noting(OTLPSpanExporter):
    """Remembers what the exporter said of each export."""

    results = []

    def export(self, spans):
        result = super().export(spans)
        self.results.append(result == SpanExportResult.SUCCESS)
        return result


def exported(address, token, compression):
    """A masked failure, told by the official SDK and exporter."""
    headers = {"authorization": "Bearer " + token} if token else None
    exporter = Noting(endpoint="http://" + address, insecure=True, compression=compression, headers=headers)
    provider = TracerProvider(resource=Resource.create({"service.name": "bff", "deployment.environment.name": "test"}))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("test")
    edge = {"http.request.method": "GET", "http.route": "/shop/{id}", "http.response.status_code": 200}
    call = {"http.request.method": "GET", "server.address": "catalog", "http.response.status_code": 500}
    with tracer.start_as_current_span("GET /shop/{id}", kind=SpanKind.SERVER, attributes=edge) as outer:
        with tracer.start_as_current_span("GET", kind=SpanKind.CLIENT, attributes=call) as inner:
            inner.set_status(Status(StatusCode.ERROR))
    provider.shutdown()
    return {"trace": "%032x" % outer.get_span_context().trace_id, "results": exporter.results}


def request(trace_id, spans=1, attribute=""):
    message = trace_service_pb2.ExportTraceServiceRequest()
    group = message.resource_spans.add()
    service = group.resource.attributes.add()
    service.key, service.value.string_value = "service.name", "shop"
    scope = group.scope_spans.add()
    for number in range(spans):
        span = scope.spans.add()
        span.trace_id, span.span_id = trace_id, (number + 1).to_bytes(8, "big")
        span.name, span.kind = "GET /cart", 2
        span.start_time_unix_nano, span.end_time_unix_nano = START + number, START + number + 1000
        if attribute:
            extra = span.attributes.add()
            extra.key, extra.value.string_value = "note", attribute
    return message


def outcome(call):
    """How a call ended, in words."""
    try:
        answer = call()
        partial = answer.partial_success
        return {"code": "OK", "rejected": partial.rejected_spans, "message": partial.error_message}
    except grpc.RpcError as error:
        result = {"code": error.code().name, "message": error.details(), "retry": None}
        for key, value in error.trailing_metadata() or ():
            if key != "grpc-status-details-bin":
                continue
            status = status_pb2.Status.FromString(value)
            retry = error_details_pb2.RetryInfo()
            status.details[0].Unpack(retry)
            result["retry"] = retry.retry_delay.seconds + retry.retry_delay.nanos / 1e9
        return result


def channel(address, **options):
    settings = [("grpc.max_send_message_length", -1)] + [(key.replace("_", ".", 1), value) for key, value in options.items()]
    return grpc.insecure_channel(address, options=settings)


def mistakes(address):
    """What each kind of wrong call is told."""
    with channel(address) as link:
        def raw(path, body=b"", **options):
            method = link.unary_unary(path, response_deserializer=trace_service_pb2.ExportTraceServiceResponse.FromString)
            return outcome(lambda: method(body, timeout=20, **options))

        export = "/" + TRACE + "/Export"
        half = request(b"\1" * 16, 2)
        half.resource_spans[0].scope_spans[0].spans[1].trace_id = b"short"
        return {
            "garbage": raw(export, b"\xff\xfe\xfd"),
            "cut": raw(export, request(b"\1" * 16).SerializeToString()[:-3]),
            "empty": raw(export),
            "half": raw(export, half.SerializeToString()),
            "large": raw(export, bytes(17 << 20)),
            "bomb": raw(export, bytes(17 << 20), compression=grpc.Compression.Gzip),
            "deflate": raw(export, bytes(1000), compression=grpc.Compression.Deflate),
            "method": raw("/" + TRACE + "/Import"),
            "service": raw("/grpc.health.v1.Health/Check"),
        }


def many(address):
    """A hundred calls at once on one connection, from twenty bytes to a megabyte, half of them compressed."""
    with channel(address) as link:
        stub = trace_service_pb2_grpc.TraceServiceStub(link)

        def one(number):
            body = request(bytes([7]) * 15 + bytes([number]), 1 + number % 5, "x" * (number * 2000))
            compression = grpc.Compression.Gzip if number % 2 else grpc.Compression.NoCompression
            return outcome(lambda: stub.Export(body, timeout=30, compression=compression))["code"]

        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            codes = list(pool.map(one, range(100)))
    return {"codes": sorted(set(codes)), "spans": sum(1 + number % 5 for number in range(100))}


def alive(address):
    """A connection with keep-alive pings every second lives, and still works."""
    options = {"grpc_keepalive_time_ms": 1000, "grpc_keepalive_timeout_ms": 2000,
               "grpc_keepalive_permit_without_calls": 1, "grpc_http2.max_pings_without_data": 0}
    with channel(address, **options) as link:
        stub = trace_service_pb2_grpc.TraceServiceStub(link)
        import time
        first = outcome(lambda: stub.Export(request(b"\2" * 16), timeout=5))
        time.sleep(3.5)
        return {"codes": [first["code"], outcome(lambda: stub.Export(request(b"\3" * 16), timeout=5))["code"]]}


def logs(address):
    message = logs_service_pb2.ExportLogsServiceRequest()
    record = message.resource_logs.add().scope_logs.add().log_records.add()
    record.trace_id, record.span_id, record.severity_number = b"\4" * 16, b"\5" * 8, 17
    record.body.string_value = "all is lost"
    with channel(address) as link:
        stub = logs_service_pb2_grpc.LogsServiceStub(link)
        try:
            stub.Export(message, timeout=5)
            return {"code": "OK"}
        except grpc.RpcError as error:
            return {"code": error.code().name, "message": error.details()}


def pressed(address):
    """Exports until there is no more room."""
    with channel(address) as link:
        stub = trace_service_pb2_grpc.TraceServiceStub(link)
        for number in range(3000):
            body = request(b"\6" * 8 + number.to_bytes(8, "big"), 500, "x" * 2000)
            result = outcome(lambda: stub.Export(body, timeout=20))
            if result["code"] != "OK":
                return result
    return {"code": "OK"}


def main():
    scenario, address = sys.argv[1:3]
    token = sys.argv[3] if len(sys.argv) > 3 else ""
    if scenario in ("plain", "gzip"):
        compression = grpc.Compression.Gzip if scenario == "gzip" else grpc.Compression.NoCompression
        result = exported(address, token, compression)
    else:
        scenarios = {"mistakes": mistakes, "many": many, "alive": alive, "logs": logs, "pressed": pressed}
        result = scenarios[scenario](address)
    print(json.dumps(result))


main()

"""A masked trace, recorded and sent by OpenTelemetry's own SDK: export_otlp.py ENDPOINT none|gzip|deflate.

Prints the trace's id and what the exporter made of the answer.
"""
import json
import sys

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SimpleSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode


class Collected(SpanExporter):
    """Keeps what ends, so that it is sent in one request and the result can be told."""

    def __init__(self):
        self.spans = []

    def export(self, spans):
        self.spans.extend(spans)


endpoint, compression = sys.argv[1:]
collected = Collected()
provider = TracerProvider(resource=Resource.create({"service.name": "shop", "service.namespace": "web"}))
provider.add_span_processor(SimpleSpanProcessor(collected))
tracer = provider.get_tracer("shop.instrumentation", "1.0")
with tracer.start_as_current_span("GET /cart", kind=SpanKind.SERVER) as edge:
    edge.set_attributes({"http.request.method": "GET", "http.route": "/cart", "http.response.status_code": 200})
    with tracer.start_as_current_span("GET", kind=SpanKind.CLIENT) as call:
        call.set_attributes({"http.request.method": "GET", "url.full": "http://catalog:8080/items/17",
                             "server.address": "catalog", "http.response.status_code": 500,
                             "app.tags": ["a", "b"], "app.ratio": 0.5})
        try:
            raise ConnectionError("connection refused by catalog")
        except ConnectionError as error:
            call.record_exception(error)
            call.set_status(Status(StatusCode.ERROR, str(error)))
exporter = OTLPSpanExporter(endpoint=endpoint, compression=Compression(compression))
result = exporter.export(collected.spans)
print(json.dumps({"traceId": trace.format_trace_id(edge.get_span_context().trace_id), "result": result.name}))

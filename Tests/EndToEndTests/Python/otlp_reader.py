"""Reads exported OTLP bodies with OpenTelemetry's own messages.

Arguments: files whose names end in .logs, .metrics or .traces. Prints one JSON document with a list for each.
"""
import json
import sys

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

messages = {
    "logs": ExportLogsServiceRequest,
    "metrics": ExportMetricsServiceRequest,
    "traces": ExportTraceServiceRequest,
}
found = {name: [] for name in messages}
for path in sys.argv[1:]:
    name = path.rsplit(".", 1)[1]
    message = messages[name]()
    with open(path, "rb") as file:
        message.ParseFromString(file.read())
    found[name].append(MessageToDict(message))
print(json.dumps(found))

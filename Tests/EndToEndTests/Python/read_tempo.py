"""Reads a trace as Grafana does, protobuf over Tempo's API, with OpenTelemetry's own descriptors: read_tempo.py URL ID.

Prints the spans of both versions of the answer.
"""
import json
import sys
import urllib.request

from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData


def ask(path):
    request = urllib.request.Request(sys.argv[1] + path, headers={"Accept": "application/protobuf"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.headers["Content-Type"] == "application/protobuf", answer.headers
        return answer.read()


def plain(value: AnyValue):
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [plain(item) for item in value.array_value.values]
    return getattr(value, kind)


def spans(data: TracesData):
    told = []
    for group in data.resource_spans:
        resource = {item.key: plain(item.value) for item in group.resource.attributes}
        for span in (span for scope in group.scope_spans for span in scope.spans):
            told.append({
                "trace": span.trace_id.hex(), "span": span.span_id.hex(), "parent": span.parent_span_id.hex(),
                "name": span.name, "kind": span.kind, "status": span.status.code,
                "nanoseconds": span.end_time_unix_nano - span.start_time_unix_nano, "resource": resource,
                "attributes": {item.key: plain(item.value) for item in span.attributes},
            })
    return told


first = TracesData.FromString(ask(f"/tempo/api/traces/{sys.argv[2]}"))
# TraceByIDResponse holds the trace in its field 1, as TracesData holds resource spans: one message within another.
body = ask(f"/tempo/api/v2/traces/{sys.argv[2]}")
length, shift, place = 0, 0, 1
while True:
    byte = body[place]
    length |= (byte & 0x7F) << shift
    place, shift = place + 1, shift + 7
    if byte < 0x80:
        break
assert body[0] == 0x0A and place + length == len(body), "the answer is one message in field 1"
second = TracesData.FromString(body[place:])
print(json.dumps({"first": spans(first), "second": spans(second)}))

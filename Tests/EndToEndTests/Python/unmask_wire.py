"""Unmask's native protocol, version 1: frames and messages, as proto/PROTOCOL.md tells them.

Needs nothing but the standard library and PyPI's lz4.
"""

import struct
from dataclasses import dataclass, field

import lz4.block

HELLO, WELCOME, BATCH, ACK, PING, PONG, GOODBYE, ERROR = range(1, 9)
LZ4 = 1
ACCEPTED, PARTIAL, RETRY_LATER, REJECTED = range(4)


# Protobuf by hand.


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(key, value, always=False):
    return varint(key << 3) + varint(value) if value or always else b""


def fixed32(key, value):
    return varint(key << 3 | 5) + struct.pack("<I", value) if value else b""


def fixed64(key, value):
    return varint(key << 3 | 1) + struct.pack("<Q", value) if value else b""


def block(key, content, always=False):
    return varint(key << 3 | 2) + varint(len(content)) + content if content or always else b""


def text(key, value):
    return block(key, value.encode())


def column(key, values, width=4, always=False):
    """A packed column; left out where every row has the default."""
    packed = struct.pack("<%d%s" % (len(values), "I" if width == 4 else "Q"), *values)
    return block(key, packed) if always or any(values) else b""


def fields(message):
    """Key and value of every field: numbers for varints and fixed widths, bytes for the rest."""
    offset = 0

    def take_varint():
        nonlocal offset
        value = shift = 0
        while True:
            byte = message[offset]
            offset += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while offset < len(message):
        key = take_varint()
        kind = key & 7
        if kind == 0:
            value = take_varint()
        elif kind == 1:
            value = struct.unpack_from("<Q", message, offset)[0]
            offset += 8
        elif kind == 5:
            value = struct.unpack_from("<I", message, offset)[0]
            offset += 4
        elif kind == 2:
            length = take_varint()
            value = bytes(message[offset : offset + length])
            offset += length
        else:
            raise ValueError(f"wire type {kind}")
        yield key >> 3, value


def read(message, names):
    """The named fields of a message; `names` gives key to (name, default)."""
    result = {name: default for name, default in names.values()}
    for key, value in fields(message):
        if key in names:
            name, default = names[key]
            result[name] = value.decode() if isinstance(default, str) else value
    return result


# Frames.


def frame(kind, payload=b"", compressed=False):
    flags = 0
    if compressed:
        flags = LZ4
        payload = struct.pack(">I", len(payload)) + lz4.block.compress(payload, store_size=False)
    return struct.pack(">IBB", len(payload) + 2, kind, flags) + payload


def first_frame(buffer):
    """Kind, payload and length of the first frame in the buffer; None while it is not all there."""
    if len(buffer) < 4:
        return None
    (length,) = struct.unpack_from(">I", buffer)
    if len(buffer) < 4 + length:
        return None
    kind, flags = buffer[4], buffer[5]
    payload = bytes(buffer[6 : 4 + length])
    if flags & LZ4:
        (declared,) = struct.unpack_from(">I", payload)
        payload = lz4.block.decompress(payload[4:], uncompressed_size=declared)
    return kind, payload, 4 + length


# Messages.


def hello(client_name, instance, token=""):
    return number(1, 1) + text(2, client_name) + text(3, instance) + text(4, token)


def ping(nonce):
    return fixed64(1, nonce)


def read_welcome(payload):
    names = {
        1: ("version", 0),
        2: ("collector", ""),
        3: ("frame_bytes_max", 0),
        4: ("payload_bytes_max", 0),
        5: ("batch_spans_max", 0),
        6: ("window_batches", 0),
        7: ("window_bytes", 0),
        8: ("highest_sequence", 0),
        9: ("idle_milliseconds", 0),
    }
    return read(payload, names)


def read_ack(payload):
    names = {
        1: ("sequence", 0),
        2: ("result", 0),
        3: ("accepted_spans", 0),
        5: ("retry_milliseconds", 0),
        6: ("code", 0),
        7: ("message", ""),
        8: ("offset", 0),
        9: ("duplicate", 0),
    }
    ack = read(payload, names)
    ack["duplicate"] = bool(ack["duplicate"])
    entries = [dict(fields(value)) for key, value in fields(payload) if key == 4]
    ack["dropped"] = {entry[1].decode(): entry.get(2, 0) for entry in entries}
    return ack


def read_end(payload):
    """Goodbye and Error: a code, a message, and for an Error where."""
    return read(payload, {1: ("code", 0), 2: ("message", ""), 3: ("offset", 0)})


def read_pong(payload):
    return read(payload, {1: ("nonce", 0)})["nonce"]


# Batches.


@dataclass(frozen=True)
class Resource:
    service: str = ""
    namespace: str = ""
    environment: str = ""
    instance: str = ""
    attributes: tuple = ()  # of (key, value)


@dataclass
class Span:
    trace_id: str  # hex
    span_id: str
    start: int  # nanoseconds since 1970
    parent_id: str = "0" * 16
    duration: int = 0
    resource: Resource = Resource()
    name: str = ""
    kind: int = 0
    status: int = 0
    http_code: int = 0
    grpc_code: int = None
    method: int = 0
    route: str = ""
    route_is_template: bool = False
    peer: str = ""
    outcome: int = 0
    outcome_reason: str = ""
    resend_count: int = 0
    evidence: int = 0
    proxy_flags: int = 0
    error_type: str = ""
    answer_bytes: int = 0
    sampling_threshold: int = 0
    attributes: dict = field(default_factory=dict)
    events: list = field(default_factory=list)  # of (name, time, {attributes})
    status_message: str = ""
    links: list = field(default_factory=list)  # of (trace id, span id)


class Strings:
    def __init__(self):
        self.indexes = {"": 0}
        self.entries = []

    def index(self, value):
        if value not in self.indexes:
            self.entries.append(value.encode())
            self.indexes[value] = len(self.entries)
        return self.indexes[value]


class Inline(str):
    """A text that goes into its attribute instead of the table."""


def attribute(strings, key, value):
    out = number(1, strings.index(key))
    if isinstance(value, bool):
        return out + number(6, int(value), always=True)
    if isinstance(value, int):
        return out + number(4, (value << 1 ^ value >> 63) & 0xFFFFFFFFFFFFFFFF, always=True)
    if isinstance(value, float):
        return out + varint(5 << 3 | 1) + struct.pack("<d", value)
    if isinstance(value, (list, tuple)):
        entries = b"".join(block(1, attribute(strings, "", entry), always=True) for entry in value)
        return out + block(7, entries, always=True)
    if isinstance(value, Inline):
        return out + block(3, value.encode(), always=True)
    return out + number(2, strings.index(value), always=True)


def attributes(key, strings, pairs):
    return b"".join(block(key, attribute(strings, name, value), always=True) for name, value in pairs)


def encode_resource(strings, resource):
    words = [resource.service, resource.namespace, resource.environment, resource.instance]
    out = b"".join(fixed32(key, strings.index(word)) for key, word in enumerate(words, 1))
    return out + attributes(5, strings, resource.attributes)


def encode_details(strings, span):
    out = attributes(1, strings, span.attributes.items())
    for name, time, pairs in span.events:
        event = number(1, strings.index(name)) + fixed64(2, time) + attributes(3, strings, pairs.items())
        out += block(2, event, always=True)
    return out + number(3, strings.index(span.status_message))


def batch(sequence, spans):
    """The payload of one SpanBatch."""
    strings = Strings()
    resources = {}
    blocks = []
    rows = []
    details = []
    for span in spans:
        if span.resource not in resources:
            resources[span.resource] = len(blocks)
            blocks.append(encode_resource(strings, span.resource))
        words = [span.name, span.route, span.peer, span.outcome_reason, span.error_type]
        rows.append((resources[span.resource], *[strings.index(word) for word in words]))
        details.append(encode_details(strings, span))
    return b"".join(
        [
            fixed64(1, sequence),
            block(2, b"".join(strings.entries)),
            column(3, [len(entry) for entry in strings.entries], always=bool(strings.entries)),
            *[block(4, content, always=True) for content in blocks],
            *columns(spans, rows),
            block(28, b"".join(details)),
            column(29, [len(content) for content in details]),
            *links(spans),
        ]
    )


def columns(spans, rows):
    resource, name, route, peer, reason, error = zip(*rows) if rows else [()] * 6
    yield block(5, bytes.fromhex("".join(span.trace_id for span in spans)))
    yield block(6, bytes.fromhex("".join(span.span_id for span in spans)))
    parents = bytes.fromhex("".join(span.parent_id for span in spans))
    yield block(7, parents if any(parents) else b"")
    yield column(8, [span.start for span in spans], width=8, always=True)
    yield column(9, [span.duration for span in spans], width=8)
    yield column(10, resource)
    yield column(11, name)
    yield column(12, [span.kind for span in spans])
    yield column(13, [span.status for span in spans])
    yield column(14, [span.http_code for span in spans])
    yield column(15, [0 if span.grpc_code is None else span.grpc_code + 1 for span in spans])
    yield column(16, [span.method for span in spans])
    yield column(17, route)
    yield column(18, [int(span.route_is_template) for span in spans])
    yield column(19, peer)
    yield column(20, [span.outcome for span in spans])
    yield column(21, reason)
    yield column(22, [span.resend_count for span in spans])
    yield column(23, [span.evidence for span in spans])
    yield column(24, [span.proxy_flags for span in spans])
    yield column(25, error)
    yield column(26, [span.answer_bytes for span in spans], width=8)
    yield column(27, [span.sampling_threshold for span in spans], width=8)


def links(spans):
    found = [(row, *link) for row, span in enumerate(spans) for link in span.links]
    yield column(30, [row for row, _, _ in found], always=bool(found))
    yield block(31, bytes.fromhex("".join(trace for _, trace, _ in found)))
    yield block(32, bytes.fromhex("".join(span for _, _, span in found)))

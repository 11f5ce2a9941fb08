"""Delivers spans in the ways that tests ask for, and prints what came of it as one JSON document.

    deliver.py SCENARIO PORT INSTANCE TRACE_ID [TOKEN]
"""

import json
import sys

import unmask_wire as wire
from unmask_client import Client, ConnectionEnded

START = 1704164645_000000000


def whole_trace(trace_id):
    """Two spans that together use every field there is."""
    shop = wire.Resource("shop", "store", "production", "shop-1", (("host.name", "box"), ("host.cores", 8)))
    stock = wire.Resource("stock", instance="stock-7")
    edge = wire.Span(
        trace_id,
        "00f067aa0ba902b7",
        START,
        duration=12_000_000,
        resource=shop,
        name="POST /cart",
        kind=2,
        http_code=200,
        method=5,
        route="/cart/{id}",
        route_is_template=True,
        outcome=2,
        outcome_reason="prices are stale",
        answer_bytes=1234,
        sampling_threshold=1 << 55,
        attributes={
            "text": "value",
            "inline": wire.Inline("seldom repeated"),
            "negative": -9_007_199_254_740_993,
            "largest": (1 << 63) - 1,
            "zero": 0,
            "number": 2.5,
            "yes": True,
            "no": False,
            "empty": "",
            "list": ["a", 1, [True, 0.5]],
            "nothing": [],
            "ünïcödé": "日本語 \U0001f600",
        },
        events=[("cache.miss", START + 1, {"key": "cart:17"}), ("bare", START + 2, {})],
        links=[("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"), ("1" * 32, "2" * 16)],
    )
    call = wire.Span(
        trace_id,
        "53995c3f42cd8ad8",
        START + 1_000_000,
        parent_id=edge.span_id,
        duration=10_000_000,
        resource=stock,
        name="stock.Stock/Reserve",
        kind=3,
        status=2,
        http_code=503,
        grpc_code=14,
        method=9,
        route="stock.Stock/Reserve",
        route_is_template=True,
        peer="stock:443",
        outcome=3,
        outcome_reason="no answer",
        resend_count=2,
        evidence=1 << 0 | 1 << 16 | 1 << 29 | 1 << 31,
        proxy_flags=1 << 1 | 1 << 3 | 1 << 20,
        error_type="ReadTimeout",
        status_message="deadline exceeded",
    )
    return [edge, call]


def small_trace(trace_id):
    return [wire.Span(trace_id, f"{number + 1:016x}", START + number, name="step", kind=1) for number in range(3)]


def plain(client, trace_id):
    client.connect()
    client.send(whole_trace(trace_id))


def compressed(client, trace_id):
    client.connect()
    client.send(whole_trace(trace_id) + many(trace_id), compressed=True)


def many(trace_id):
    return [wire.Span(trace_id, f"{number + 100:016x}", START, name="step", kind=1) for number in range(500)]


def resend(client, trace_id):
    """The connection is lost after the collector took the batches and before the client read one Ack."""
    client.connect()
    client.send(small_trace(trace_id))
    client.send(whole_trace(trace_id), compressed=True)
    unread = bytearray()
    while count_frames(unread) < 2:
        unread += client.socket.recv(4096)
    client.drop()
    client.connect()


def count_frames(buffer):
    count = 0
    while found := wire.first_frame(buffer):
        buffer = buffer[found[2] :]
        count += 1
    return count


def ping(client, trace_id):
    client.connect()
    for nonce in (1, 0xFFFFFFFFFFFFFFFF, 0):
        client.ping(nonce)


def window(client, trace_id):
    """Three windows' worth of batches, one after the other."""
    client.connect()
    for number in range(3 * client.welcome["window_batches"]):
        client.send([wire.Span(trace_id, f"{number + 1:016x}", START, name="step", kind=1)], compressed=number % 2 == 0)


SCENARIOS = {
    "plain": plain,
    "compressed": compressed,
    "resend": resend,
    "retry": plain,
    "ping": ping,
    "window": window,
}


def main():
    scenario, port, instance, trace_id = sys.argv[1:5]
    client = Client(int(port), instance, token="".join(sys.argv[5:6]))
    try:
        SCENARIOS[scenario](client, trace_id)
        end = client.goodbye()
    except ConnectionEnded as ended:
        end = ended
    result = {
        "welcome": getattr(client, "welcome", None),
        "acks": client.acks,
        "pongs": client.pongs,
        "resends": client.resends,
        "end": {"kind": end.kind, "code": end.code, "message": end.message},
    }
    print(json.dumps(result))


main()

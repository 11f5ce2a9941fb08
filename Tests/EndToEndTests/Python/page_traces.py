"""Traces in the shape of the API: one with a story, one that is large, one that attacks."""

import datetime
import random

from page_data import HOSTILE, SERVICES, identifier, qualified, when


def span(number, parent, service, name, kind, start, duration, code=None, status="unset", **more):
    base = datetime.datetime(2026, 3, 1, 8, 0, 0)
    moment = base + datetime.timedelta(microseconds=start)
    return {
        "spanId": f"{number:016x}",
        "parentSpanId": None if parent is None else f"{parent:016x}",
        "kind": kind,
        "service": service,
        "namespace": "shop",
        "environment": "production",
        "instance": f"{service}-1",
        "name": name,
        "route": None,
        "peer": None,
        "startTime": moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z",
        "duration": duration * 1000,
        "status": status,
        "statusMessage": None,
        "httpCode": code,
        "grpcCode": None,
        "method": None,
        "outcome": None,
        "outcomeReason": None,
        "errorType": None,
        "evidence": [],
        "proxyFlags": [],
        "resendCount": 0,
        "attributes": {"http.request.method": "GET", "server.address": f"{service}.shop.svc"},
        "resource": {"service.name": service, "service.version": "2.4.1"},
        "events": [],
        "links": [],
        **more,
    }


def story_spans():
    """A failure of the database that the bff swallowed; one clock is wrong by two seconds."""
    late = 2_000_000
    spans = [
        span(1, None, "gateway", "GET /shop/{product}", "server", 0, 10400, 200, route="/shop/{product}", method="GET"),
        span(2, 1, "gateway", "GET", "client", 400, 9100, 200),
        span(
            3, 2, "bff", "GET /shop/{product}", "server", 900 + late, 8200, 200, route="/shop/{product}", method="GET"
        ),
        span(4, 3, "bff", "GET /products/{id}", "client", 1500 + late, 3100, 500, "error"),
        span(
            5,
            4,
            "catalog",
            "GET /products/{id}",
            "server",
            1900,
            2200,
            500,
            "error",
            route="/products/{id}",
            method="GET",
        ),
        span(
            6,
            5,
            "catalog",
            "SELECT products",
            "client",
            2600,
            900,
            None,
            "error",
            errorType="OperationalError",
            statusMessage="could not connect to server: connection refused",
            attributes={
                "db.system.name": "postgresql",
                "db.namespace": "catalog",
                "db.query.text": "SELECT id, title, price FROM products WHERE id = $1 " + "AND tenant = $2 " * 30,
            },
            events=[
                {
                    "name": "exception",
                    "time": "2026-03-01T08:00:00.003400000Z",
                    "attributes": {"exception.type": "OperationalError", "exception.message": "connection refused"},
                }
            ],
        ),
        span(7, 3, "bff", "GET /prices/{id}", "client", 4900 + late, 2700, 200),
        span(8, 7, "prices", "GET /prices/{id}", "server", 5100, 2300, 200, route="/prices/{id}", method="GET"),
    ]
    spans += [span(20 + each, 8, "prices", "GET price", "client", 5300 + each * 90, 70) for each in range(14)]
    return spans


def story(identity, spans):
    edge = {
        "service": qualified("gateway"),
        "route": "GET /shop/{product}",
        "spanId": f"{1:016x}",
        "httpCode": 200,
        "grpcCode": None,
        "answeredOk": True,
    }
    chain = {
        "disposition": "masked",
        "kind": "caught",
        "confidence": "strong",
        "rule": "noRepair",
        "because": "nobody repaired it, nothing stood in for it, and the answer did not tell of it",
        "otherwise": "it would be recovered if a later attempt of the same call had succeeded",
        "attempts": 1,
        "detached": False,
        "maskPoint": {"service": qualified("bff"), "operation": "GET /shop/{product}", "spanId": f"{3:016x}"},
        "origin": {
            "service": qualified("catalog"),
            "operation": "SELECT products",
            "spanId": f"{6:016x}",
            "class": "db",
            "peer": False,
        },
        "top": f"{4:016x}",
        "spans": [f"{each:016x}" for each in (4, 5, 6)],
        "evidence": [
            {
                "span": f"{6:016x}",
                "fact": "statusError",
                "strength": "strong",
                "text": "production/shop/catalog SELECT products has status ERROR",
            },
            {
                "span": f"{5:016x}",
                "fact": "httpCode",
                "strength": "strong",
                "text": "production/shop/catalog GET /products/{id} answered 500",
            },
            {
                "span": f"{4:016x}",
                "fact": "noLaterSuccess",
                "strength": "strong",
                "text": "no later attempt of production/shop/bff GET /products/{id} succeeded",
            },
        ],
    }
    verdict = {
        "traceId": identity,
        "verdict": "masked",
        "state": "final",
        "confidence": "strong",
        "revision": 1,
        "edge": edge,
        "edges": [{**edge, "verdict": "masked", "profileVersion": None}],
        "reasons": [],
        "chains": [chain],
        "completeness": {
            "spans": len(spans),
            "edgeSeen": True,
            "missingParents": 0,
            "orphansAttached": 0,
            "duplicates": 0,
            "truncated": False,
        },
    }
    return {
        "traceId": identity,
        "verdict": verdict,
        "age": "hot",
        "payload": "complete",
        "spans": spans,
        "history": [
            {
                "changedAt": when(5),
                "author": "judge",
                "revision": 1,
                "oldVerdict": None,
                "newVerdict": "masked",
                "newState": "final",
            }
        ],
    }


def large_trace(identity, count):
    spans = story_spans()
    chance = random.Random(7)
    for number in range(100, 100 + count - len(spans)):
        parent = 8 if number < 140 else chance.choice([8, chance.randint(100, number - 1)])
        spans.append(
            span(
                number,
                parent,
                chance.choice(SERVICES),
                f"step {chance.randint(1, 400)}",
                chance.choice(["internal", "client", "server"]),
                5200 + number,
                40 + number % 50,
            )
        )
    return story(identity, spans)


def hostile_trace(identity):
    spans = story_spans()
    for index, text in enumerate(HOSTILE):
        spans.append(
            span(
                60 + index,
                8,
                text,
                text,
                "internal",
                5300 + index * 50,
                40,
                None,
                "error",
                statusMessage=text,
                attributes={text[:500]: text, "list": [text[:100], 1, True]},
            )
        )
    document = story(identity, spans)
    chain = document["verdict"]["chains"][0]
    chain["evidence"] += [
        {"span": f"{60 + index:016x}", "fact": "statusError", "strength": "weak", "text": text}
        for index, text in enumerate(HOSTILE)
    ]
    chain["maskPoint"] = {"service": HOSTILE[0], "operation": HOSTILE[2], "spanId": f"{3:016x}"}
    return document


def compare(row):
    def side(duration, code):
        return {
            "spanId": f"{5:016x}",
            "duration": duration,
            "status": "error" if code == 500 else "unset",
            "httpCode": code,
        }

    name, service = "GET /products/{id}", qualified("catalog")
    return {
        "trace": row,
        "clean": {**row, "traceId": identifier("clean"), "verdict": "clean", "duration": 9_100_000},
        "missing": [{"service": qualified("stock"), "name": "GET /stock/{product}", "share": 0.993}],
        "extra": [],
        "differs": [{"service": service, "name": name, "masked": side(2_200_000, 500), "clean": side(3_400_000, 200)}],
        "steps": [
            {
                "depth": 0,
                "service": qualified("gateway"),
                "name": "GET /shop/{product}",
                "kind": "server",
                "masked": side(10_400_000, 200),
                "clean": side(9_100_000, 200),
            },
            {
                "depth": 1,
                "service": service,
                "name": name,
                "kind": "server",
                "masked": side(2_200_000, 500),
                "clean": side(3_400_000, 200),
            },
            {
                "depth": 1,
                "service": qualified("stock"),
                "name": "GET /stock/{product}",
                "kind": "server",
                "masked": None,
                "clean": side(800_000, 200),
            },
        ],
    }

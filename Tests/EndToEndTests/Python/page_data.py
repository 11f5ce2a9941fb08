"""Answers in the shapes of the API, made from a seed: what the page is shown that no small shop would send it."""

import datetime
import hashlib
import random

HOSTILE = [
    "<script>window.hurt = 1</script>",
    "<img src=x onerror=window.hurt=1>",
    "\u202eevil\u202c right to left",
    "nul \u0000 and bell \u0007",
    "\U0001f4a5\U0001f468\u200d\U0001f469\u200d\U0001f467 emoji",
    "x" * 100_000,
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "line\nbreak\ttab",
    "javascript:window.hurt=1",
]
SERVICES = ["gateway", "bff", "catalog", "prices", "basket", "payment", "stock", "search", "users", "mail"]
ROUTES = [
    "GET /shop/{product}",
    "POST /basket",
    "POST /orders",
    "GET /search",
    "GET /",
    "GET /account/{id}",
    "PUT /basket/{line}",
    "GET /stock/{product}",
    "POST /login",
    "GET /recommendations",
]
KINDS = ["caught", "business_error", "protocol_200", "fallback", "stale", "partial", "ack_then_failed", "rewritten"]
VERDICTS = ["masked", "masked", "masked", "degraded", "suspect"]
CLASSES = ["db", "http_5xx", "timeout", "grpc_unavailable", "business", "connect"]


def when(seconds_ago=0.0):
    moment = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=seconds_ago)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"


def identifier(*words):
    return hashlib.md5(repr(words).encode()).hexdigest()


def qualified(name):
    return f"production/shop/{name}"


def pattern(number, hostile=False):
    chance = random.Random(number)
    verdict = VERDICTS[number % len(VERDICTS)]
    mask, origin = chance.sample(SERVICES[1:], 2)
    operation = (
        HOSTILE[number % len(HOSTILE)]
        if hostile
        else chance.choice(["SELECT products", "GET /products/{id}", "charge", "POST /reserve", "lookup"])
    )
    level = chance.choice([0, 1, 3, 12]) if number % 7 else 20
    recent = [max(0, int(chance.gauss(level, level / 2 + 0.5))) for _ in range(60)]
    count = sum(recent) * chance.randint(1, 40) + 1
    latest = [identifier("trace", number, each) for each in range(5)]
    if number == 0:
        latest[0] = identifier("story")
    return {
        "fingerprint": identifier("pattern", number),
        "verdict": verdict,
        "kind": KINDS[number % len(KINDS)],
        "edge": {"service": qualified("gateway"), "route": ROUTES[number % len(ROUTES)]},
        "maskPoint": {"service": qualified(mask), "operation": chance.choice(ROUTES)},
        "origin": {
            "service": qualified(origin),
            "operation": operation,
            "class": CLASSES[number % len(CLASSES)],
            "peer": number % 9 == 3,
        },
        "alias": None,
        "counts": {"masked": 0, "degraded": 0, "suspect": 0, verdict: count},
        "weight": float(count),
        "firstSeen": when(chance.choice([3000, 50000, 900000])),
        "lastSeen": when(chance.random() * 900),
        "isNew": number % 5 == 0,
        "isChronic": number % 11 == 4,
        "ratePerMinute": sum(recent[-10:]) / 10,
        "share": chance.random() ** 3,
        "trend": chance.choice(["rising", "steady", "falling"]),
        "recent": recent,
        "examples": {"first": latest[3:], "latest": latest[:3]},
        "feedback": None,
    }


def trace_row(pattern, number=0):
    return {
        "traceId": pattern["examples"]["latest"][number % 3],
        "verdict": pattern["verdict"],
        "state": "final",
        "confidence": "strong",
        "revision": 1,
        "edge": {
            **pattern["edge"],
            "spanId": "0000000000000001",
            "httpCode": 200,
            "grpcCode": None,
            "answeredOk": True,
        },
        "kind": pattern["kind"],
        "maskPoint": {**pattern["maskPoint"], "spanId": "0000000000000003"},
        "origin": {**pattern["origin"], "spanId": "0000000000000006"},
        "fingerprint": pattern["fingerprint"],
        "startTime": when(number * 7 + 3),
        "duration": 10_400_000 + number * 1000,
        "spanCount": 12,
        "decidedAt": when(number * 7 + 2),
        "kept": number % 2 == 0,
    }


def route(number, points=60):
    chance = random.Random(1000 + number)
    level = [0.035, 0.012, 0.004, 0, 0, 0.0006, 0, 0, 0.02, 0][number % 10]
    series = {
        key: [] for key in ["ok", "failed", "masked", "disguised", "degraded", "suspect", "recovered", "excluded"]
    }
    rates = {"apparentRate": [], "realRate": []}
    for step in range(points):
        total = chance.randint(200, 900) if number != 7 or step % 9 else 0
        trouble = level * (3 if 38 <= step <= 50 else 0.6)
        failed = int(total * 0.004 * chance.random())
        masked = min(total - failed, int(total * trouble * (0.6 + 0.8 * chance.random())))
        ok = total - failed
        for key, value in [
            ("ok", ok),
            ("failed", failed),
            ("masked", masked),
            ("disguised", 0),
            ("degraded", total // 90),
            ("suspect", total // 300),
            ("recovered", total // 50),
            ("excluded", total // 40),
        ]:
            series[key].append(value)
        rates["apparentRate"].append(ok / total if total else None)
        rates["realRate"].append((ok - masked) / total if total else None)
    sums = {key: sum(values) for key, values in series.items()}
    all_of = sums["ok"] + sums["failed"]
    apparent, real = sums["ok"] / all_of, (sums["ok"] - sums["masked"]) / all_of
    return {
        "service": qualified("gateway" if number < 10 else f"edge-{number}"),
        "route": ROUTES[number % len(ROUTES)],
        "traces": {"clean": all_of, "masked": sums["masked"]},
        "apparentRate": apparent,
        "realRate": real,
        "gap": apparent - real,
        "sampled": number == 4,
        "lastSeen": when(2),
        "perMinute": all_of / points,
        "window": {**sums, "apparentRate": apparent, "realRate": real, "gap": apparent - real},
        "series": {"from": when(3600), "stepNanoseconds": 60_000_000_000, **series, **rates},
        "profile": (
            None
            if number == 3
            else {
                "traces": 4821,
                "usualDuration": 9_800_000,
                "steps": [
                    {"service": qualified("bff"), "name": ROUTES[number % 10], "share": 1.0},
                    {"service": qualified("catalog"), "name": "GET /products/{id}", "share": 0.998},
                    {"service": qualified("prices"), "name": "GET /prices/{id}", "share": 0.97},
                ],
            }
        ),
    }


def service_map():
    nodes = [
        {
            "service": qualified(name),
            "kind": "gateway" if name == "gateway" else "service",
            "edge": index == 0,
            "masks": 1204 if name == "bff" else 0,
            "originates": 900 if name == "catalog" else 0,
            "requests": 40_000 // (index + 1),
        }
        for index, name in enumerate(SERVICES)
    ]
    nodes.append(
        {"service": "catalog-db", "kind": "database", "edge": False, "masks": 0, "originates": 310, "requests": 9000}
    )
    nodes.append(
        {
            "service": "peer:rates.example.com",
            "kind": "peer",
            "edge": False,
            "masks": 0,
            "originates": 0,
            "requests": 120,
        }
    )
    pairs = [
        ("gateway", "bff"),
        ("bff", "catalog"),
        ("bff", "prices"),
        ("bff", "basket"),
        ("basket", "payment"),
        ("basket", "stock"),
        ("bff", "search"),
        ("gateway", "users"),
        ("payment", "mail"),
        ("stock", "bff"),
    ]
    edges = [
        {
            "from": qualified(one),
            "to": qualified(two),
            "kind": "http",
            "requests": 30_000 // (index + 1),
            "failures": 900 if two == "catalog" else index * 3,
            "masked": 880 if two == "catalog" else 0,
        }
        for index, (one, two) in enumerate(pairs)
    ]
    edges.append(
        {"from": qualified("catalog"), "to": "catalog-db", "kind": "db", "requests": 9000, "failures": 310, "masked": 0}
    )
    edges.append(
        {
            "from": qualified("prices"),
            "to": "peer:rates.example.com",
            "kind": "http",
            "requests": 120,
            "failures": 0,
            "masked": 0,
        }
    )
    return {"nodes": nodes, "edges": edges}


def alert(number):
    item = pattern(number)
    return {
        "id": f"alert-{number}",
        "rule": "masked_rate",
        "severity": ["page", "ticket"][number % 2],
        "state": ["firing", "pending"][number % 2],
        "labels": {"service": item["edge"]["service"], "rule": "masked_rate"},
        "summary": f"{item['maskPoint']['service']} swallows failures of {item['origin']['service']}",
        "description": "3.1 % of answers said success and were none, for 12 minutes.",
        "fingerprint": item["fingerprint"],
        "startedAt": when(720),
        "updatedAt": when(20),
        "resolvedAt": None,
        "resolvedReason": None,
        "silencedBy": None,
        "figures": {"traces": 412, "weight": 412.0, "perMinute": 31.4, "apparentRate": 0.996, "realRate": 0.965},
        "traces": item["examples"]["latest"],
        "told": [
            {
                "exporter": "pagerduty",
                "kind": "firing",
                "state": "delivered",
                "at": when(700),
                "answer": "202 Accepted",
                "attempts": 1,
            },
            {
                "exporter": "slack-shop",
                "kind": "firing",
                "state": "retrying",
                "at": when(30),
                "answer": "503 Service Unavailable",
                "attempts": 4,
            },
        ],
    }

"""Answers in the shapes of the API, made from a seed: what the page is shown that no small shop would send it."""
import datetime
import hashlib
import random

NOW = None
HOSTILE = [
    "<script>window.hurt = 1</script>", "<img src=x onerror=window.hurt=1>", "\u202eevil\u202c right to left",
    "nul \u0000 and bell \u0007", "\U0001f4a5\U0001f468\u200d\U0001f469\u200d\U0001f467 emoji", "x" * 100_000,
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627", "line\nbreak\ttab", "javascript:window.hurt=1",
]
SERVICES = ["gateway", "bff", "catalog", "prices", "basket", "payment", "stock", "search", "users", "mail"]
ROUTES = ["GET /shop/{product}", "POST /basket", "POST /orders", "GET /search", "GET /", "GET /account/{id}",
          "PUT /basket/{line}", "GET /stock/{product}", "POST /login", "GET /recommendations"]
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
    operation = HOSTILE[number % len(HOSTILE)] if hostile else chance.choice(
        ["SELECT products", "GET /products/{id}", "charge", "POST /reserve", "lookup"])
    level = chance.choice([0, 1, 3, 12]) if number % 7 else 20
    recent = [max(0, int(chance.gauss(level, level / 2 + 0.5))) for _ in range(60)]
    count = sum(recent) * chance.randint(1, 40) + 1
    latest = [identifier("trace", number, each) for each in range(5)]
    if number == 0:
        latest[0] = identifier("story")
    return {
        "fingerprint": identifier("pattern", number), "verdict": verdict,
        "kind": KINDS[number % len(KINDS)],
        "edge": {"service": qualified("gateway"), "route": ROUTES[number % len(ROUTES)]},
        "maskPoint": {"service": qualified(mask), "operation": chance.choice(ROUTES)},
        "origin": {"service": qualified(origin), "operation": operation, "class": CLASSES[number % len(CLASSES)],
                   "peer": number % 9 == 3},
        "alias": None, "counts": {"masked": 0, "degraded": 0, "suspect": 0, verdict: count}, "weight": float(count),
        "firstSeen": when(chance.choice([3000, 50000, 900000])), "lastSeen": when(chance.random() * 900),
        "isNew": number % 5 == 0, "isChronic": number % 11 == 4, "ratePerMinute": sum(recent[-10:]) / 10,
        "share": chance.random() ** 3, "trend": chance.choice(["rising", "steady", "falling"]), "recent": recent,
        "examples": {"first": latest[3:], "latest": latest[:3]}, "feedback": None,
    }


def trace_row(pattern, number=0):
    return {
        "traceId": pattern["examples"]["latest"][number % 3], "verdict": pattern["verdict"], "state": "final",
        "confidence": "strong", "revision": 1,
        "edge": {**pattern["edge"], "spanId": "0000000000000001", "httpCode": 200, "grpcCode": None, "answeredOk": True},
        "kind": pattern["kind"], "maskPoint": {**pattern["maskPoint"], "spanId": "0000000000000003"},
        "origin": {**pattern["origin"], "spanId": "0000000000000006"}, "fingerprint": pattern["fingerprint"],
        "startTime": when(number * 7 + 3), "duration": 10_400_000 + number * 1000, "spanCount": 12,
        "decidedAt": when(number * 7 + 2), "kept": number % 2 == 0,
    }


def route(number, points=60):
    chance = random.Random(1000 + number)
    level = [0.035, 0.012, 0.004, 0, 0, 0.0006, 0, 0, 0.02, 0][number % 10]
    series = {key: [] for key in ["ok", "failed", "masked", "disguised", "degraded", "suspect", "recovered", "excluded"]}
    rates = {"apparentRate": [], "realRate": []}
    for step in range(points):
        total = chance.randint(200, 900) if number != 7 or step % 9 else 0
        trouble = level * (3 if 38 <= step <= 50 else 0.6)
        failed = int(total * 0.004 * chance.random())
        masked = min(total - failed, int(total * trouble * (0.6 + 0.8 * chance.random())))
        ok = total - failed
        for key, value in [("ok", ok), ("failed", failed), ("masked", masked), ("disguised", 0),
                           ("degraded", total // 90), ("suspect", total // 300), ("recovered", total // 50),
                           ("excluded", total // 40)]:
            series[key].append(value)
        rates["apparentRate"].append(ok / total if total else None)
        rates["realRate"].append((ok - masked) / total if total else None)
    sums = {key: sum(values) for key, values in series.items()}
    all_of = sums["ok"] + sums["failed"]
    apparent, real = sums["ok"] / all_of, (sums["ok"] - sums["masked"]) / all_of
    return {
        "service": qualified("gateway" if number < 10 else f"edge-{number}"), "route": ROUTES[number % len(ROUTES)],
        "traces": {"clean": all_of, "masked": sums["masked"]}, "apparentRate": apparent, "realRate": real,
        "gap": apparent - real, "sampled": number == 4, "lastSeen": when(2), "perMinute": all_of / points,
        "window": {**sums, "apparentRate": apparent, "realRate": real, "gap": apparent - real},
        "series": {"from": when(3600), "stepNanoseconds": 60_000_000_000, **series, **rates},
        "profile": None if number == 3 else {"traces": 4821, "usualDuration": 9_800_000, "steps": [
            {"service": qualified("bff"), "name": ROUTES[number % 10], "share": 1.0},
            {"service": qualified("catalog"), "name": "GET /products/{id}", "share": 0.998},
            {"service": qualified("prices"), "name": "GET /prices/{id}", "share": 0.97}]},
    }


def span(number, parent, service, name, kind, start, duration, code=None, status="unset", **more):
    base = datetime.datetime(2026, 3, 1, 8, 0, 0)
    moment = base + datetime.timedelta(microseconds=start)
    return {
        "spanId": f"{number:016x}", "parentSpanId": None if parent is None else f"{parent:016x}", "kind": kind,
        "service": service, "namespace": "shop", "environment": "production", "instance": f"{service}-1",
        "name": name, "route": None, "peer": None, "startTime": moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z",
        "duration": duration * 1000, "status": status, "statusMessage": None, "httpCode": code, "grpcCode": None,
        "method": None, "outcome": None, "outcomeReason": None, "errorType": None, "evidence": [], "proxyFlags": [],
        "resendCount": 0, "attributes": {"http.request.method": "GET", "server.address": f"{service}.shop.svc"},
        "resource": {"service.name": service, "service.version": "2.4.1"}, "events": [], "links": [], **more,
    }


def story_spans():
    """A failure of the database that the bff swallowed; one clock is wrong by two seconds."""
    late = 2_000_000
    spans = [
        span(1, None, "gateway", "GET /shop/{product}", "server", 0, 10400, 200, route="/shop/{product}", method="GET"),
        span(2, 1, "gateway", "GET", "client", 400, 9100, 200),
        span(3, 2, "bff", "GET /shop/{product}", "server", 900 + late, 8200, 200, route="/shop/{product}", method="GET"),
        span(4, 3, "bff", "GET /products/{id}", "client", 1500 + late, 3100, 500, "error"),
        span(5, 4, "catalog", "GET /products/{id}", "server", 1900, 2200, 500, "error", route="/products/{id}",
             method="GET"),
        span(6, 5, "catalog", "SELECT products", "client", 2600, 900, None, "error", errorType="OperationalError",
             statusMessage="could not connect to server: connection refused",
             attributes={"db.system.name": "postgresql", "db.namespace": "catalog", "db.query.text":
                         "SELECT id, title, price FROM products WHERE id = $1 " + "AND tenant = $2 " * 30},
             events=[{"name": "exception", "time": "2026-03-01T08:00:00.003400000Z", "attributes": {
                 "exception.type": "OperationalError", "exception.message": "connection refused"}}]),
        span(7, 3, "bff", "GET /prices/{id}", "client", 4900 + late, 2700, 200),
        span(8, 7, "prices", "GET /prices/{id}", "server", 5100, 2300, 200, route="/prices/{id}", method="GET"),
    ]
    spans += [span(20 + each, 8, "prices", "GET price", "client", 5300 + each * 90, 70) for each in range(14)]
    return spans


def story(identity, spans):
    edge = {"service": qualified("gateway"), "route": "GET /shop/{product}", "spanId": f"{1:016x}", "httpCode": 200,
            "grpcCode": None, "answeredOk": True}
    chain = {
        "disposition": "masked", "kind": "caught", "confidence": "strong", "rule": "noRepair",
        "because": "nobody repaired it, nothing stood in for it, and the answer did not tell of it",
        "otherwise": "it would be recovered if a later attempt of the same call had succeeded", "attempts": 1,
        "detached": False,
        "maskPoint": {"service": qualified("bff"), "operation": "GET /shop/{product}", "spanId": f"{3:016x}"},
        "origin": {"service": qualified("catalog"), "operation": "SELECT products", "spanId": f"{6:016x}",
                   "class": "db", "peer": False},
        "top": f"{4:016x}", "spans": [f"{each:016x}" for each in (4, 5, 6)],
        "evidence": [
            {"span": f"{6:016x}", "fact": "statusError", "strength": "strong",
             "text": "production/shop/catalog SELECT products has status ERROR"},
            {"span": f"{5:016x}", "fact": "httpCode", "strength": "strong",
             "text": "production/shop/catalog GET /products/{id} answered 500"},
            {"span": f"{4:016x}", "fact": "noLaterSuccess", "strength": "strong",
             "text": "no later attempt of production/shop/bff GET /products/{id} succeeded"}],
    }
    verdict = {
        "traceId": identity, "verdict": "masked", "state": "final", "confidence": "strong", "revision": 1, "edge": edge,
        "edges": [{**edge, "verdict": "masked", "profileVersion": None}], "reasons": [], "chains": [chain],
        "completeness": {"spans": len(spans), "edgeSeen": True, "missingParents": 0, "orphansAttached": 0,
                         "duplicates": 0, "truncated": False},
    }
    return {"traceId": identity, "verdict": verdict, "age": "hot", "payload": "complete", "spans": spans,
            "history": [{"changedAt": when(5), "author": "judge", "revision": 1, "oldVerdict": None,
                         "newVerdict": "masked", "newState": "final"}]}


def large_trace(identity, count):
    spans = story_spans()
    chance = random.Random(7)
    for number in range(100, 100 + count - len(spans)):
        parent = 8 if number < 140 else chance.choice([8, chance.randint(100, number - 1)])
        spans.append(span(number, parent, chance.choice(SERVICES), f"step {chance.randint(1, 400)}",
                          chance.choice(["internal", "client", "server"]), 5200 + number, 40 + number % 50))
    return story(identity, spans)


def hostile_trace(identity):
    spans = story_spans()
    for index, text in enumerate(HOSTILE):
        spans.append(span(60 + index, 8, text, text, "internal", 5300 + index * 50, 40, None, "error",
                          statusMessage=text, attributes={text[:500]: text, "list": [text[:100], 1, True]}))
    document = story(identity, spans)
    chain = document["verdict"]["chains"][0]
    chain["evidence"] += [{"span": f"{60 + index:016x}", "fact": "statusError", "strength": "weak", "text": text}
                          for index, text in enumerate(HOSTILE)]
    chain["maskPoint"] = {"service": HOSTILE[0], "operation": HOSTILE[2], "spanId": f"{3:016x}"}
    return document


def compare(row):
    def side(duration, code):
        return {"spanId": f"{5:016x}", "duration": duration, "status": "error" if code == 500 else "unset", "httpCode": code}
    name, service = "GET /products/{id}", qualified("catalog")
    return {
        "trace": row, "clean": {**row, "traceId": identifier("clean"), "verdict": "clean", "duration": 9_100_000},
        "missing": [{"service": qualified("stock"), "name": "GET /stock/{product}", "share": 0.993}], "extra": [],
        "differs": [{"service": service, "name": name, "masked": side(2_200_000, 500), "clean": side(3_400_000, 200)}],
        "steps": [
            {"depth": 0, "service": qualified("gateway"), "name": "GET /shop/{product}", "kind": "server",
             "masked": side(10_400_000, 200), "clean": side(9_100_000, 200)},
            {"depth": 1, "service": service, "name": name, "kind": "server", "masked": side(2_200_000, 500),
             "clean": side(3_400_000, 200)},
            {"depth": 1, "service": qualified("stock"), "name": "GET /stock/{product}", "kind": "server",
             "masked": None, "clean": side(800_000, 200)}],
    }


def service_map():
    nodes = [{"service": qualified(name), "kind": "gateway" if name == "gateway" else "service", "edge": index == 0,
              "masks": 1204 if name == "bff" else 0, "originates": 900 if name == "catalog" else 0,
              "requests": 40_000 // (index + 1)} for index, name in enumerate(SERVICES)]
    nodes.append({"service": "catalog-db", "kind": "database", "edge": False, "masks": 0, "originates": 310,
                  "requests": 9000})
    nodes.append({"service": "peer:rates.example.com", "kind": "peer", "edge": False, "masks": 0, "originates": 0,
                  "requests": 120})
    pairs = [("gateway", "bff"), ("bff", "catalog"), ("bff", "prices"), ("bff", "basket"), ("basket", "payment"),
             ("basket", "stock"), ("bff", "search"), ("gateway", "users"), ("payment", "mail"), ("stock", "bff")]
    edges = [{"from": qualified(one), "to": qualified(two), "kind": "http", "requests": 30_000 // (index + 1),
              "failures": 900 if two == "catalog" else index * 3, "masked": 880 if two == "catalog" else 0}
             for index, (one, two) in enumerate(pairs)]
    edges.append({"from": qualified("catalog"), "to": "catalog-db", "kind": "db", "requests": 9000, "failures": 310,
                  "masked": 0})
    edges.append({"from": qualified("prices"), "to": "peer:rates.example.com", "kind": "http", "requests": 120,
                  "failures": 0, "masked": 0})
    return {"nodes": nodes, "edges": edges}


def alert(number):
    item = pattern(number)
    return {
        "id": f"alert-{number}", "rule": "masked_rate", "severity": ["page", "ticket"][number % 2],
        "state": ["firing", "pending"][number % 2], "labels": {"service": item["edge"]["service"], "rule": "masked_rate"},
        "summary": f"{item['maskPoint']['service']} swallows failures of {item['origin']['service']}",
        "description": "3.1 % of answers said success and were none, for 12 minutes.", "fingerprint": item["fingerprint"],
        "startedAt": when(720), "updatedAt": when(20), "resolvedAt": None, "resolvedReason": None, "silencedBy": None,
        "figures": {"traces": 412, "weight": 412.0, "perMinute": 31.4, "apparentRate": 0.996, "realRate": 0.965},
        "traces": item["examples"]["latest"],
        "told": [{"exporter": "pagerduty", "kind": "firing", "state": "delivered", "at": when(700), "answer": "202 Accepted",
                  "attempts": 1},
                 {"exporter": "slack-shop", "kind": "firing", "state": "retrying", "at": when(30),
                  "answer": "503 Service Unavailable", "attempts": 4}],
    }

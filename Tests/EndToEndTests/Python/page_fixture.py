"""Serves the page's own files beside answers that are made up, for what a real collector has no reason to hold."""
import http.server
import json
import pathlib
import threading
import time
import urllib.parse

import page_data as data

TYPES = {"html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
         "svg": "image/svg+xml"}


class Fixture(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, assets, policy, patterns=5000, token="", is_empty=False, port=0):
        super().__init__(("127.0.0.1", port), Answering)
        self.assets, self.policy, self.token, self.is_empty = pathlib.Path(assets), policy, token, is_empty
        self.patterns = [data.pattern(number, hostile=number in range(20, 29)) for number in range(patterns)]
        self.marks = {}
        self.broken = set()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answering(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def do_GET(self):
        address = urllib.parse.urlsplit(self.path)
        self.query = urllib.parse.parse_qs(address.query)
        path = urllib.parse.unquote(address.path)
        if path == "/":
            return self.file("index.html")
        if path.startswith("/assets/"):
            return self.file(path.removeprefix("/assets/"))
        shown = self.headers.get("Authorization", "").removeprefix("Bearer ") or self.item("access_token")
        if self.server.token and shown != self.server.token:
            return self.problem(401, "Unauthorized", "this needs the token")
        words = path.removeprefix("/api/v1/").split("/")
        if words[0] in self.server.broken:
            return self.problem(503, "Service Unavailable", "the store is being restored")
        method = getattr(self, "get_" + words[0], None)
        answer = method(*words[1:]) if method else None
        if answer is None:
            return self.problem(404, "Not Found", "there is nothing under this path")
        if answer is not Ellipsis:
            self.json(answer)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.startswith("/api/v1/feedback"):
            body["at"] = data.when()
            self.server.marks[body["fingerprint"]] = body
        self.json(body)

    def item(self, name, default=""):
        return self.query.get(name, [default])[0]

    def page(self, items):
        limit, start = int(self.item("limit", "50")), int(self.item("cursor", "0"))
        following = start + limit
        return {"items": items[start:following], "nextCursor": str(following) if following < len(items) else None}

    def get_status(self):
        return {"version": "1.0", "startedAt": data.when(4000), "spans": 1_204_331, "traces": 88_120, "memory": {},
                "rules": {}, "epoch": 1}

    def get_patterns(self, fingerprint=None):
        items = [] if self.server.is_empty else self.server.patterns
        if fingerprint:
            found = next((each for each in items if each["fingerprint"] == fingerprint), None)
            return found and {
                **found, "feedback": self.server.marks.get(fingerprint),
                "history": {"from": data.when(3600), "stepNanoseconds": 60_000_000_000, "counts": found["recent"]},
                "exampleTraces": [data.trace_row(found, number) for number in range(3)],
                "routes": [{**found["edge"], "count": 812}, {**found["edge"], "route": "GET /", "count": 3}],
                "services": [found["edge"]["service"], found["maskPoint"]["service"], found["origin"]["service"]]}
        text, verdict = self.item("text").lower(), self.item("verdict")
        items = [each for each in items if (not verdict or each["verdict"] in verdict.split(","))
                 and (not text or text in json.dumps([each["edge"], each["maskPoint"], each["origin"]]).lower())
                 and (not self.item("new-since") or each["isNew"])]
        if self.item("service"):
            items = [each for each in items if each["edge"] == {"service": self.item("service"), "route": self.item("route") or each["edge"]["route"]}]
        return self.page(items)

    def get_traces(self, identity=None):
        if identity == data.identifier("large"):
            return data.large_trace(identity, 10_000)
        if identity == data.identifier("hostile"):
            return data.hostile_trace(identity)
        if identity:
            known = any(identity in each["examples"]["latest"] for each in self.server.patterns[:400])
            return data.story(identity, data.story_spans()) if known and not self.server.is_empty else None
        rows = [] if self.server.is_empty else [
            data.trace_row(each, number) for number, each in enumerate(self.server.patterns[:400])]
        verdict, text = self.item("verdict"), self.item("text").lower()
        return self.page([each for each in rows if (not verdict or each["verdict"] in verdict.split(","))
                          and (not text or text in json.dumps(each).lower())])

    def get_routes(self):
        items = [] if self.server.is_empty else sorted((data.route(each) for each in range(12)), key=lambda each: -each["gap"])
        if self.item("route"):
            items = [each for each in items if each["route"] == self.item("route")]
        return self.page(items)

    def get_map(self):
        return {"nodes": [], "edges": []} if self.server.is_empty else data.service_map()

    def get_compare(self):
        return data.compare(data.trace_row(self.server.patterns[0]))

    def get_alerts(self, identity=None):
        if identity:
            return data.alert(int(identity.split("-")[1]))
        return self.page([] if self.server.is_empty else [data.alert(0), data.alert(1)])

    def get_silences(self):
        return {"items": [] if self.server.is_empty else [
            {"id": "s1", "comment": "payment is being moved", "createdBy": "maria", "endsAt": data.when(-7200)}]}

    def get_exporters(self):
        return {"items": [] if self.server.is_empty else [
            {"name": "pagerduty", "type": "pagerduty", "state": "ok", "waiting": 0, "delivered": 41, "dead": 0},
            {"name": "slack-shop", "type": "slack", "state": "retrying", "waiting": 3, "delivered": 12, "dead": 1}]}

    def get_stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            for number in range(10_000):
                row = {**data.trace_row(self.server.patterns[number % 400], number % 3), "change": "new", "decidedAt": data.when()}
                self.wfile.write(f"id: 1-{number}\nevent: finding\ndata: {json.dumps(row)}\n\n".encode())
                self.wfile.flush()
                time.sleep(0.2)
        except OSError:
            pass
        self.close_connection = True
        return Ellipsis

    def file(self, name):
        path = self.server.assets / name
        if not path.is_file():
            return self.problem(404, "Not Found", "no such file")
        self.send(200, TYPES[name.rsplit(".", 1)[-1]], path.read_bytes(), {
            "Content-Security-Policy": self.server.policy, "X-Content-Type-Options": "nosniff"})

    def problem(self, status, title, detail):
        body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail})
        self.send(status, "application/problem+json", body.encode(), {})

    def json(self, value):
        self.send(200, "application/json", json.dumps(value).encode(), {})

    def send(self, status, kind, body, headers):
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": "no-store", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

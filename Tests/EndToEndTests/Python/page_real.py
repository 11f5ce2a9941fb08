"""The page beside a real collector with real spans: nothing of what it shows is made up."""

import json
import re
import secrets
import time
import urllib.request

from playwright.sync_api import expect

import unmask_wire as wire
from page_visit import Visit
from unmask_client import Client

HOSTILE = ["<script>window.hurt = 1</script>", "\u202eevil", "nul \x00 bell \x07", "\U0001f4a5 emoji", "x" * 100_000]


def resource(service):
    return wire.Resource(service, "shop", "production", f"{service}-1", ())


def swallowed(trace, extra=()):
    """The catalogue fails, the bff answers 200 all the same; `extra` are names of steps beside."""
    now = time.time_ns()
    ids = [secrets.token_hex(8) for _ in range(5 + len(extra))]

    def span(index, parent, service, name, kind, code, **more):
        return wire.Span(
            trace,
            ids[index],
            now + index * 100_000,
            parent_id=ids[parent] if parent is not None else "0" * 16,
            duration=9_000_000 - index * 1_000_000,
            resource=resource(service),
            name=name,
            kind=kind,
            http_code=code,
            method=1,
            **more,
        )

    spans = [
        span(0, None, "gateway", "GET /shop/{product}", 2, 200, route="/shop/{product}", route_is_template=True),
        span(1, 0, "gateway", "GET", 3, 200),
        span(2, 1, "bff", "GET /shop/{product}", 2, 200, route="/shop/{product}", route_is_template=True),
        span(3, 2, "bff", "GET /products/{id}", 3, 500, status=2),
        span(4, 3, "catalog", "GET /products/{id}", 2, 500, status=2, route="/products/{id}", route_is_template=True),
    ]
    spans += [span(5 + each, 2, "bff", name, 1, 0, attributes={"what": name}) for each, name in enumerate(extra)]
    return spans


class Shop:
    def __init__(self, port):
        self.client = Client(int(port), "page-shop")
        self.client.connect()

    def send(self, extra=()):
        """One trace; comes back when the collector has acknowledged it."""
        trace = secrets.token_hex(16)
        self.client.send(swallowed(trace, extra))
        self.client.drain()
        return trace


def three_clicks(browser, collector, port):
    """From the first look to the hop that swallowed the error, with what a collector found by itself."""
    shop = Shop(port)
    for _ in range(20):
        shop.send()
    visit = Visit(browser, collector)
    page = visit.open(wait=".route-card.lying, .empty")
    expect(page.locator(".answer")).to_contain_text("Users are being lied to on 1 of 1 route", timeout=40_000)
    page.locator(".route-card.lying").first.click()
    page.locator(".plain-list a").first.click()
    expect(page.locator("h1")).to_contain_text("swallows failures of")
    page.get_by_role("link", name="Latest trace").click()
    expect(page.locator("h1")).to_contain_text("gateway GET /shop/{product} answered 200, but bff swallowed a failure")
    expect(page.locator(".span-row .mark-word.mask")).to_have_text("masked here")
    expect(page.locator(".span-row.is-origin")).to_contain_text("catalog")
    visit.end()
    return {"clicks": 3}


def live(browser, collector, port):
    """What has been acknowledged is on the screen; how long it took is told."""
    shop = Shop(port)
    visit = Visit(browser, collector)
    page = visit.open("live", wait=".live-list")
    expect(page.locator(".live-state")).to_have_text("connected")
    waits = []
    for _ in range(10):
        trace = shop.send()
        acknowledged = time.monotonic()
        page.locator(f".live-list a[href='#/trace/{trace}']").first.wait_for()
        waits.append((time.monotonic() - acknowledged) * 1000)
    visit.end()
    return {"milliseconds": [round(each) for each in sorted(waits)]}


def hostile(browser, collector, port):
    """Names that attack, all the way from the socket to the screen."""
    trace = Shop(port).send(HOSTILE)
    visit = Visit(browser, collector)
    page = visit.open(f"trace/{trace}", wait=".span-row")
    body = page.locator("main")
    for words in ("<script>window.hurt = 1</script>", "\u2039U+202E\u203aevil", "\u2039NUL\u203a", "\U0001f4a5"):
        expect(body).to_contain_text(words)
    page.locator(".span-row", has_text=re.compile("xxxx")).click()
    expect(page.locator(".detail")).to_contain_text("characters")
    visit.end()


def settled(collector, trace, seconds=20):
    """Waits until nothing more will be said of a trace: a mark decides what is said from then on."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with urllib.request.urlopen(f"{collector}/api/v1/traces?verdict=masked") as answer:
            states = {item["traceId"]: item["state"] for item in json.load(answer)["items"]}
        if states.get(trace) == "final":
            return
        time.sleep(0.1)
    raise AssertionError(f"trace {trace} did not settle within {seconds} s")


def feedback(browser, collector, port):
    """A mark that is made in the page is in force and is shown by everybody's page."""
    settled(collector, Shop(port).send())
    visit = Visit(browser, collector)
    page = visit.open("patterns", wait=".window-room a, .empty")
    for _ in range(40):
        if page.locator(".window-room a").count():
            break
        page.wait_for_timeout(250)
        page = visit.open("patterns", wait=".window-room a, .empty")
    page.locator(".window-room a").first.click()
    page.get_by_label("Your name").fill("maria")
    page.get_by_label("Why").fill("known <b>")
    page.get_by_role("button", name="This is expected").click()
    expect(page.locator(".feedback")).to_contain_text("Marked expected by maria")
    page.reload()
    expect(page.locator(".feedback")).to_contain_text("known <b>")
    visit.end()


def token(browser, collector, secret):
    """Without the token nothing of the data is shown; with it all is as without one."""
    visit = Visit(browser, collector, allowed=["401"])
    page = visit.page
    page.goto(collector + "/#/traces")
    page.get_by_label("Token", exact=True).fill(secret)
    expect(page.locator(".empty")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator(".empty")).to_contain_text("No trace fits")
    visit.end()

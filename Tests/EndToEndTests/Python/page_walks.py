"""What people do with the page, step by step; an AssertionError tells where it was otherwise."""

import re
import time

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import page_data as data
from page_fixture import Fixture
from page_visit import Visit

STORY, LARGE, HOSTILE = (data.identifier(word) for word in ("story", "large", "hostile"))
ROUTE = "route?service=production%2Fshop%2Fgateway&route=GET+%2Fshop%2F%7Bproduct%7D"


def addresses(fixture):
    first = fixture.patterns[0]["fingerprint"]
    return [
        "",
        "patterns",
        f"pattern/{first}",
        "traces?text=SELECT",
        f"trace/{STORY}?span=0000000000000006",
        "routes",
        ROUTE,
        "map",
        "live",
        "alerts",
        "alert/alert-0",
    ]


def three_clicks(browser, collector):
    """From the overview to the hop that swallowed the error, with the trace that shows it, and back again."""
    visit = Visit(browser, Fixture(collector).url)
    page = visit.open()
    expect(page.locator(".answer")).to_contain_text("Users are being lied to on")
    page.locator(".route-card.lying").first.click()
    expect(page.locator("h1")).to_contain_text("GET /shop/{product}")
    page.locator(".plain-list a").first.click()
    expect(page.locator("h1")).to_contain_text("swallows failures of")
    page.get_by_role("link", name="Latest trace").click()
    expect(page.locator("h1")).to_contain_text("bff swallowed a failure of catalog")
    expect(page.locator(".span-row .mark-word.mask")).to_have_text("masked here")
    expect(page.locator(".span-row .mark-word.origin")).to_have_text("began here")
    expect(page.locator(".graph")).to_have_attribute("aria-label", re.compile("bff .*mask.* catalog .*origin"))
    expect(page.locator(".evidence li").first).to_contain_text("has status ERROR")
    expect(page.locator(".difference.minus")).to_contain_text("stock GET /stock/{product}")
    # The clocks of the bff are two seconds late: corrected, it lies within its caller.
    lane = page.locator(".span-row.mask-masked .span-bar").bounding_box()
    caller = page.locator(".span-row .span-bar").nth(1).bounding_box()
    assert caller["x"] <= lane["x"] and lane["x"] + lane["width"] <= caller["x"] + caller["width"], (caller, lane)
    page.go_back()
    expect(page.locator("h1")).to_contain_text("swallows failures of")
    visit.end()
    return {"clicks": 3}


def span_detail(browser, collector):
    """Whatever is known of a span, to be copied; what is cut is there on demand; repeats are one row."""
    visit = Visit(browser, Fixture(collector).url, permissions=["clipboard-read", "clipboard-write"])
    page = visit.open(f"trace/{STORY}")
    expect(page.locator(".times")).to_have_text("\u00d714")
    rows = page.locator(".span-row").count()
    page.locator(".span-row", has_text="\u00d714").click()
    expect(page.locator(".span-row")).to_have_count(rows + 14)
    page.get_by_role("button", name="catalog SELECT products").click()
    detail = page.locator(".detail")
    expect(detail).to_contain_text("OperationalError")
    assert "span=0000000000000006" in page.url
    detail.get_by_role("button", name="Copy db.namespace").click()
    expect(page.locator("#announce")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "catalog"
    detail.get_by_role("button", name="all", exact=True).click()
    assert page.locator("dialog pre").inner_text().count("AND tenant") == 30
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator(".detail h2")).to_contain_text("SELECT products")
    visit.end()


def live(browser, collector):
    """Findings appear as they come; a pause holds them back; nothing comes after the view is left."""
    fixture = Fixture(collector)
    visit = Visit(browser, fixture.url)
    page = visit.open("live")
    expect(page.locator(".live-state")).to_have_text("connected")
    expect(page.locator(".live-list li")).not_to_have_count(0)
    expect(page.locator(".live-list a").first).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    held = page.locator(".live-list a").count()
    expect(page.locator(".view-head .note")).to_contain_text("held back")
    assert page.locator(".live-list a").count() == held
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".live-list a").nth(held)).to_be_visible()
    page.locator(".live-list a").first.click()
    page.wait_for_url(re.compile("#/trace/"))
    visit.end()


def search_state(browser, collector):
    """What was searched and filtered is in the address: it survives a reload and the back button."""
    visit = Visit(browser, Fixture(collector).url)
    page = visit.open()
    page.keyboard.press("/")
    page.keyboard.type("SELECT products")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Search")
    page.locator("#filter-verdict").select_option("degraded")
    expect(page.locator(".window-room .chip").first).to_have_text("degraded")
    assert "text=SELECT+products" in page.url and "verdict=degraded" in page.url, page.url
    page.reload()
    expect(page.locator("#filter-text")).to_have_value("SELECT products")
    expect(page.locator("#filter-verdict")).to_have_value("degraded")
    expect(page.locator(".window-room .chip").first).to_have_text("degraded")
    page.go_back()
    expect(page.locator("#filter-verdict")).to_have_value("")
    page.locator("#query").fill(STORY)
    page.locator("#query").press("Enter")
    expect(page.locator("h1")).to_contain_text("swallowed a failure")
    visit.end()


def dark(browser, collector):
    """As the system wants it, until somebody chooses; the choice stays."""
    visit = Visit(browser, Fixture(collector).url, color_scheme="dark")
    page = visit.open()
    paper = "getComputedStyle(document.body).backgroundColor"
    night = page.evaluate(paper)
    page.emulate_media(color_scheme="light")
    day = page.evaluate(paper)
    assert night == "rgb(14, 17, 21)" and day == "rgb(245, 246, 248)", (night, day)
    page.locator("#theme").click()
    page.locator("#theme").click()
    expect(page.locator("#theme")).to_have_accessible_name("Colours: dark")
    assert page.evaluate(paper) == night
    page.reload()
    assert page.evaluate(paper) == night, "the choice is forgotten"
    visit.end()


def keyboard(browser, collector):
    """All of it without a mouse."""
    visit = Visit(browser, Fixture(collector).url)
    page = visit.open()
    page.keyboard.press("Tab")
    expect(page.locator("#skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page.locator("h1")).to_have_text("Patterns")
    page.locator(".window-room a").first.focus()
    page.keyboard.press("Tab")
    expect(page.locator(".window-room a").nth(1)).to_be_focused()
    page.goto(f"{visit.url}/#/trace/{STORY}")
    grid = page.get_by_role("treegrid")
    grid.focus()
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    active = grid.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_contain_text("began here")
    page.keyboard.press("Enter")
    expect(page.locator(".detail h2")).to_contain_text("SELECT products")
    rows = page.locator(".span-row").count()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".span-row")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".span-row")).to_have_count(rows)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    visit.end()


def accessibility(browser, collector):
    """axe finds nothing in any view, in both colours."""
    fixture = Fixture(collector)
    found = []
    for scheme in ("light", "dark"):
        visit = Visit(browser, fixture.url, color_scheme=scheme, bypass_csp=True)
        for address in addresses(fixture):
            page = visit.open(address)
            page.wait_for_load_state("networkidle") if address != "live" else page.wait_for_timeout(300)
            expect(page.locator(".loading")).to_have_count(0)
            for violation in Axe().run(page).response["violations"]:
                targets = [node["target"] for node in violation["nodes"]][:3]
                found.append(f"{scheme} /{address}: {violation['id']}: {violation['help']} {targets}")
        visit.end()
    assert not found, "\n".join(found)
    return {"views": len(addresses(fixture))}


def widths(browser, collector):
    """Nothing is wider than the window, from a telephone to a wall; what is wide scrolls in a box of its own."""
    fixture = Fixture(collector)
    for width in (360, 768, 1280, 3840):
        visit = Visit(browser, fixture.url, viewport={"width": width, "height": 800})
        for address in addresses(fixture) + [f"trace/{HOSTILE}", f"pattern/{fixture.patterns[25]['fingerprint']}"]:
            visit.open(address)
            expect(visit.page.locator(".loading")).to_have_count(0)
            visit.fits()
        visit.end()


def hostile(browser, collector):
    """Names that would be markup, hide, turn around or never end are text."""
    fixture = Fixture(collector)
    visit = Visit(browser, fixture.url)
    page = visit.open(f"trace/{HOSTILE}")
    body = page.locator("main")
    for text in (
        "<script>window.hurt = 1</script>",
        "<img src=x onerror=window.hurt=1>",
        "\u2039NUL\u203a",
        "\u2039U+202E\u203aevil",
        "\U0001f4a5",
        "\u05e9\u05dc\u05d5\u05dd",
    ):
        expect(body).to_contain_text(text)
    assert page.locator("main script, main img").count() == 0
    page.get_by_role("button", name="all 100,000 characters").first.click()
    assert len(page.locator("dialog pre").inner_text()) == 100_000
    page.keyboard.press("Escape")
    for number in range(20, 29):
        visit.open(f"pattern/{fixture.patterns[number]['fingerprint']}", wait="h1.long")
    visit.open("patterns?sort=count")
    visit.open("traces?text=script")
    visit.end()


def large(browser, collector):
    """Ten thousand spans: few rows are in the document, and every one can be reached."""
    visit = Visit(browser, Fixture(collector).url)
    page = visit.open(f"trace/{LARGE}", wait=".span-row")
    expect(page.locator(".facts").first).to_contain_text("10,000")
    grid = page.get_by_role("treegrid")
    total = int(grid.get_attribute("aria-rowcount"))
    assert total > 2000, total
    grid.focus()
    started = time.monotonic()
    page.keyboard.press("End")
    expect(page.locator(f"#row-{total - 1}")).to_be_visible()
    jump = time.monotonic() - started
    drawn = page.locator(".span-row").count()
    assert drawn < 120, f"{drawn} rows are in the document"
    visit.end()
    return {"rows": total, "drawn": drawn, "jumpMilliseconds": round(jump * 1000)}


def many_patterns(browser, collector):
    """Five thousand patterns: the list grows as it is read, and few rows are in the document."""
    visit = Visit(browser, Fixture(collector, patterns=5000).url)
    page = visit.open("patterns")
    table = page.get_by_role("table", name="Patterns")
    counts = []
    while "and more" in page.locator(".list-count").inner_text():
        counts.append(int(table.get_attribute("aria-rowcount")))
        assert len(counts) < 20 and counts == sorted(set(counts)), counts
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        expect(table).not_to_have_attribute("aria-rowcount", str(counts[-1]))
    expect(page.locator(".list-count")).to_have_text("5,000 patterns")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.locator("[aria-rowindex='5001']")).to_be_visible()
    drawn = page.locator(".window-room .window-row").count()
    assert drawn < 80, f"{drawn} rows are in the document"
    visit.end()
    return {"pages": len(counts) + 1, "drawn": drawn}


def token(browser, collector):
    """A collector with a token: the page asks once, says when it is wrong, and keeps it for the tab alone."""
    visit = Visit(browser, Fixture(collector, token="sesame").url, allowed=["401"])
    page = visit.page
    page.goto(visit.url)
    page.get_by_label("Token", exact=True).fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("not the collector's")
    page.get_by_label("Token", exact=True).fill("sesame")
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_be_visible()
    page.reload()
    expect(page.locator(".answer")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).length") == 0
    visit.open("live", wait=".live-list")
    expect(page.locator(".live-list a").first).to_be_visible()
    visit.end()


def troubles(browser, collector):
    """Nothing there, nothing known, nobody home: each is said, and can be tried again."""
    empty = Visit(browser, Fixture(collector, is_empty=True).url, allowed=["404"])
    for address, words in [
        ("", "No traffic was judged"),
        ("patterns", "No pattern fits"),
        ("traces", "No trace fits"),
        ("routes", "No route fits"),
        ("map", "No service has been seen"),
        ("alerts", "Nothing fires"),
        ("trace/ffff", "This trace is not here"),
        ("nowhere", "nothing under this address"),
    ]:
        empty.open(address)
        expect(empty.page.locator("main")).to_contain_text(words)
    empty.end()
    fixture = Fixture(collector)
    fixture.broken.add("patterns")
    visit = Visit(browser, fixture.url, allowed=["503", "ERR_"])
    page = visit.open("patterns")
    expect(page.get_by_role("alert").last).to_contain_text("the store is being restored")
    fixture.broken.clear()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".window-room a").first).to_be_visible()
    visit.open()
    fixture.is_gone = True
    expect(page.locator("#notice")).to_contain_text("does not answer", timeout=30_000)
    expect(page.locator(".answer")).to_be_visible()
    visit.end()


def feedback(browser, collector):
    """A mark is sent with who and why, and shown."""
    fixture = Fixture(collector)
    first = fixture.patterns[0]["fingerprint"]
    visit = Visit(browser, fixture.url)
    page = visit.open(f"pattern/{first}", wait="#by")
    page.get_by_label("Your name").fill("maria")
    page.get_by_label("Why").fill("the shop is closed <b>")
    page.get_by_role("button", name="This is expected").click()
    expect(page.locator(".feedback")).to_contain_text("Marked expected by maria")
    expect(page.locator(".feedback")).to_contain_text("the shop is closed <b>")
    assert fixture.marks[first]["mark"] == "expected" and fixture.marks[first]["by"] == "maria"
    visit.end()


def weight(browser, collector):
    """All views of the page as the binary sends them, once, with their headers."""
    visit = Visit(browser, collector, allowed=["404"])
    wire = visit.context.new_cdp_session(visit.page)
    sizes = []
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda event: sizes.append((event["requestId"], event["encodedDataLength"])))
    parts = set()
    wire.on(
        "Network.responseReceived", lambda event: "/api/" in event["response"]["url"] or parts.add(event["requestId"])
    )
    visit.open()
    for address in ("patterns", "pattern/1", "traces", "trace/1", "routes", "map", "live", "alerts"):
        visit.open(address)
        visit.page.wait_for_timeout(200)
    first = visit.page.evaluate(
        "performance.getEntriesByType('paint').find((each) => each.name === 'first-contentful-paint').startTime"
    )
    return {
        "bytes": int(sum(size for identity, size in sizes if identity in parts)),
        "parts": len(parts),
        "firstPaintMilliseconds": round(first),
    }

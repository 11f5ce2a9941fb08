"""Drives the page in Debian's Chromium, and writes what it saw as one JSON document.

page_check.py walks.NAME|real.NAME COLLECTOR [WORD...]
"""

import json
import sys

from playwright.sync_api import sync_playwright

import page_real
import page_walks

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"]


def main(scenario, collector, *words):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        place, _, name = scenario.partition(".")
        walk = getattr({"walks": page_walks, "real": page_real}[place], name)
        print(json.dumps(walk(browser, collector, *words) or {}))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

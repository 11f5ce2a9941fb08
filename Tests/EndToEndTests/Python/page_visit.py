"""A look at the page in a browser, which remembers what goes wrong."""


class Visit:
    """One browser with one page; what goes wrong in it is remembered."""

    def __init__(self, browser, url, allowed=(), **settings):
        settings.setdefault("viewport", {"width": 1280, "height": 800})
        self.url, self.allowed = url, allowed
        self.context = browser.new_context(**settings)
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.troubles, self.strangers, self.bytes = [], [], 0
        self.page.on("console", self.said)
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("request", self.asked)

    def said(self, message):
        text = f"{message.type}: {message.text}"
        if message.type in ("error", "warning") and not any(each in text for each in self.allowed):
            self.troubles.append(text)

    def asked(self, request):
        if not request.url.startswith((self.url + "/", "about:")):
            self.strangers.append(request.url)

    def open(self, address="", wait=".card, .empty, .problem"):
        self.page.goto("about:blank")
        self.page.goto(f"{self.url}/#/{address}")
        self.page.wait_for_selector(wait)
        return self.page

    def end(self):
        """The page as it is now fits, is silent, and has asked nobody else."""
        self.fits()
        assert self.page.evaluate("window.hurt") is None, "text became a program"
        assert not self.troubles, f"the console says {self.troubles}"
        assert not self.strangers, f"other hosts were asked: {self.strangers}"
        self.context.close()

    def fits(self):
        over = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{self.page.url} is {over} pixels wider than its window"

"""One page in the browser: hand it the answer, let its scripts run, and record the DOM and the picture."""

from __future__ import annotations

import codecs
import json
import re
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from pagewitness.archive.errors import FetchError, Refused, ScraperError
from pagewitness.archive.model import Answer, Rendering
from pagewitness.config.browsing import Browsing
from pagewitness.scraper.net import fetch
from pagewitness.scraper.net.browser_processes import Limits
from pagewitness.scraper.net.browser_traffic import Traffic
from pagewitness.scraper.net.guard import parse_target
from pagewitness.scraper.net.to_show import ToShow, is_shown

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import BrowserContext, Request, Route

WIDTH, _HEIGHT = 1280, 1024  # pixels
_MOST_DOCUMENTS: Final = 20  # that the main frame gets: some pages load themselves again and again
_LOOKS: Final = 3  # at a page that loads another one meanwhile
_TICK: Final = 0.2  # seconds: how late it is noticed that a script leads on
# These say how the answer came to us, but the browser gets it whole and decoded; or that it be saved as a file.
_NOT_GIVEN: Final = frozenset(
    {"content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive", "content-disposition"}
)
_LOCALE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_SERIALISE: Final = """(() => {
    const roots = [];
    const visit = root => {
        for (const element of root.querySelectorAll('*')) {
            if (element.localName === 'noscript') element.remove();
            if (element.shadowRoot) { roots.push(element.shadowRoot); visit(element.shadowRoot); }
        }
    };
    visit(document);
    const top = document.documentElement, shell = top.cloneNode(false).outerHTML;
    const inner = top.getHTML({serializableShadowRoots: true, shadowRoots: roots});
    const type = document.doctype ? new XMLSerializer().serializeToString(document.doctype) : '';
    const end = shell.lastIndexOf('</');
    return type + shell.slice(0, end) + inner + shell.slice(end);
})()"""
_TALL: Final = "Math.max(document.documentElement.scrollHeight, document.body ? document.body.scrollHeight : 0)"


@dataclass(frozen=True, slots=True)
class Means:
    """What a page is shown with.

    Attributes:
        session: fetches what scripts lead on to; its guard decides about requests.
        traffic: what the page loads.
        limits: how long it may take.
    """

    session: fetch.Session
    settings: Browsing
    traffic: Traffic
    limits: Limits


def show_page(chromium: Chromium, page: ToShow, means: Means) -> Answer:
    """Show a page, and record its DOM and its picture.

    Raises:
        ScraperError: a limit was exceeded, or the page can't be recorded.
        playwright.sync_api.Error: the browser ended, or does not answer.
    """
    context = chromium.new_context(
        user_agent=means.session.browser_name(chromium.version),
        locale=locale[0] if (locale := _LOCALE.match(page.extra.language)) else None,
        viewport={"width": WIDTH, "height": _HEIGHT},
        timezone_id="UTC",
        service_workers="block",
        accept_downloads=False,
        reduced_motion="reduce",
    )
    try:
        return _Showing(context, page, means).recorded(chromium.version)
    finally:
        with suppress(PlaywrightError):  # it has ended
            context.close()


class _Showing:
    """A page being shown.

    Attributes:
        answer: what the main frame shows; another one after a script led on.
    """

    def __init__(self, context: BrowserContext, page: ToShow, means: Means) -> None:
        self.answer = page.answer
        self._wanted, self._session, self._settings = page, means.session, means.settings
        self._traffic, self._limits = means.traffic, means.limits
        self._requests = self._documents = 0
        self._onward: str | None = None  # where a script wants to lead on
        self._fragments: dict[str, str] = {}  # with their sign, by the addresses that scripts named
        self._at = ""  # where the main frame is
        context.set_default_timeout(self._limits.left() * 1000)
        self._take_cookies(context)
        context.route("**/*", self._decide)
        self._page = context.new_page()
        self._page.on("request", self._expect)
        self._devtools = context.new_cdp_session(self._page)
        # Playwright reports a socket only once it is connected, and an address without its fragment.
        self._devtools.on("Network.webSocketCreated", self._expect_socket)
        self._devtools.on("Page.frameRequestedNavigation", self._note_fragment)
        for domain in ("Network", "Page"):
            self._devtools.send(f"{domain}.enable")
        context.on("page", lambda other: other.close())

    def recorded(self, version: str) -> Answer:
        """Let the page come to rest, then record it. Raises as `show_page`."""
        url = self.answer.url.partition("#")[0] + "".join(self._wanted.url.partition("#")[1:])
        at_rest = self._loaded(url)
        picture, height = self._picture()
        dom = self._dom()
        if self._limits.exceeded:
            raise FetchError(f"{self._wanted.url}: {self._limits.exceeded}.", transient=False)
        if not self._page.url.startswith(("http:", "https:")):  # an error page of the browser's own
            raise FetchError(f"{self._wanted.url}: the browser shows another page ({self._page.url}).")
        made = {
            "browser": f"Chromium {version}", "url": self._page.url, "width": WIDTH, "height": height,
            "at_rest": at_rest, "requests": self._requests, "bytes": self._traffic.loaded,
            "refused": sorted(self._traffic.refused),
        }  # fmt: skip
        return replace(self.answer, rendering=Rendering(dom, picture, json.dumps(made, ensure_ascii=False)))

    def _loaded(self, url: str) -> bool:
        """Open the page, and wait for its scripts to come to rest; the same where they lead on. Returns whether they did."""
        for _ in range(fetch.MAX_REDIRECTS):
            self._onward, self._at = None, ""
            at_rest = self._opened(url)
            onward = self._onward
            found = self._led_to(onward) if onward is not None else None
            if onward is None or found is None:
                return at_rest
            hop = (200, self.answer.url, onward)
            self.answer = replace(found, redirects=(*self.answer.redirects, hop, *found.redirects))
            url = found.url.partition("#")[0] + self._fragments.get(onward, "")
        raise FetchError(
            f"{self._wanted.url}: its scripts lead on more than {fetch.MAX_REDIRECTS} times.", transient=False
        )

    def _opened(self, url: str) -> bool:
        """Open an address, and wait. Returns whether the page came to rest."""
        self._page.goto(url, wait_until="commit")
        # Something may never end loading: after half of the time that is left, what is there is shown.
        return self._reached("load", self._limits.left() / 2) and self._reached("networkidle", self._settings.settle)

    def _reached(self, state: Literal["load", "networkidle"], seconds: float) -> bool:
        """Wait for a state of the page; in vain if a script leads on before."""
        end = time.monotonic() + seconds
        while self._onward is None and (left := end - time.monotonic()) > 0:
            with suppress(PlaywrightTimeout):
                self._page.wait_for_load_state(state, timeout=min(left, _TICK) * 1000)
                return True
        return False

    def _dom(self) -> bytes:
        """The DOM as HTML. The byte order mark outdoes a charset that the page declares for the bytes it was sent in."""
        html = str(self._asked(_SERIALISE))
        dom = codecs.BOM_UTF8 + html.encode("utf-8", "replace")
        if len(dom) > (most := self._session.network.max_bytes):
            raise FetchError(
                f"{self._wanted.url}: its DOM is larger than {most} bytes ([network] max_bytes).", transient=False
            )
        return dom

    def _asked(self, expression: str) -> Any:
        """What an expression gives, apart from the page's scripts: they may have replaced what it needs."""
        for look in range(_LOOKS):
            try:
                frame = self._devtools.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
                world = self._devtools.send("Page.createIsolatedWorld", {"frameId": frame})["executionContextId"]
                asked = {"expression": expression, "contextId": world, "returnByValue": True}
                answered = self._devtools.send("Runtime.evaluate", asked)
            except PlaywrightError:
                if look == _LOOKS - 1 or self._limits.exceeded:
                    raise
                self._page.wait_for_load_state("load")  # it went on to another page
            else:
                if "exceptionDetails" in answered:
                    raise PlaywrightError(answered["exceptionDetails"]["text"])
                return answered["result"].get("value")
        raise AssertionError

    def _picture(self) -> tuple[bytes | None, int]:
        """The picture of the page, and its height in pixels; no picture where it can't be taken in time."""
        height = max(1, min(int(self._asked(_TALL) or _HEIGHT), self._settings.height))
        try:
            picture = self._page.screenshot(
                full_page=True, clip={"x": 0, "y": 0, "width": WIDTH, "height": height}, animations="disabled",
                timeout=self._limits.left() * 500,  # half of what is left
            )  # fmt: skip
        except PlaywrightTimeout:
            return None, height
        return (picture if len(picture) <= self._settings.max_bytes else None), height

    # --- requests -----------------------------------------------------------------------------------------------------

    def _decide(self, route: Route) -> None:
        """Decide about a request before it is sent. What is sent is decided once more by the proxy, which connects."""
        with suppress(PlaywrightError):  # the page was closed meanwhile
            self._requests += 1
            request = route.request
            if self._is_ours(request) and request.is_navigation_request() and request.frame.parent_frame is None:
                self._hand_over(route)
            elif not self._is_ours(request) or self._requests > self._settings.requests:
                route.abort()
            elif self._is_allowed(request.url):
                route.continue_()
            else:
                route.abort()

    def _is_ours(self, request: Request) -> bool:
        """Whether a request is of this page, not of a window that it opened."""
        try:
            return request.frame.page == self._page
        except PlaywrightError:  # of a window that is about to open
            return False

    def _is_allowed(self, url: str) -> bool:
        """Whether the guard lets an address be asked for. If so, the proxy lets its host through from now on."""
        try:
            self._traffic.expect(self._session.guard.check_url(url))
        except Refused as error:
            self._traffic.refuse(url.partition("?")[0][:200], str(error))
            return False
        return True

    def _expect(self, request: Request) -> None:
        """Note a request that is under way: redirects are not asked about before."""
        if request.redirected_from is not None:
            self._is_allowed(request.url)

    def _expect_socket(self, socket: dict[str, str]) -> None:
        self._is_allowed(socket["url"].replace("ws", "http", 1))

    def _note_fragment(self, navigation: dict[str, str]) -> None:
        url, sign, fragment = navigation["url"].partition("#")
        self._fragments[url] = sign + fragment

    def _hand_over(self, route: Route) -> None:
        """Give the main frame what we fetched. Where a script leads on, the page stays until we know what is there."""
        url = route.request.url.partition("#")[0]
        self._at = self._at or url
        self._documents += 1
        if url == self._at and route.request.method == "GET" and self._documents <= _MOST_DOCUMENTS:
            route.fulfill(status=200, headers=_headers(self.answer), body=self.answer.body)
            return
        if url != self._at and route.request.method == "GET":
            self._onward = self._onward or url
        route.abort("aborted")

    def _led_to(self, url: str) -> Answer | None:
        """What is where a script leads on; None if that may not be fetched, or is no page: then this one is shown."""
        wanted = self._wanted
        try:
            if wanted.permit is not None:
                wanted.permit(url)
            extra = wanted.extra if self._is_same_site(url) else fetch.Extra(wanted.extra.language)
            found = fetch.fetch(url, self._session, permit=wanted.permit, extra=extra)
        except ScraperError:
            return None
        return found if isinstance(found, Answer) and is_shown(found) else None

    def _is_same_site(self, url: str) -> bool:
        return fetch.same_site(parse_target(url), parse_target(self._wanted.url))

    def _take_cookies(self, context: BrowserContext) -> None:
        """Give the browser the cookies that the page's source has; they go to its site only."""
        cookies = next((value for name, value in self._wanted.extra.headers if name.lower() == "cookie"), "")
        for cookie in filter(None, map(str.strip, cookies.split(";"))):
            name, _, value = cookie.partition("=")
            context.add_cookies([{"name": name, "value": value, "url": parse_target(self._wanted.url).origin}])


def _headers(answer: Answer) -> dict[str, str]:
    """The headers of an answer as the browser gets them; several cookies are separate lines."""
    found: dict[str, str] = {}
    for name, value in answer.headers:
        if (key := name.lower()) not in _NOT_GIVEN and value.isascii() and value.isprintable():
            between = "\n" if key == "set-cookie" else ", "
            found[key] = f"{found[key]}{between}{value}" if key in found else value
    return {"content-type": "text/html"} | found

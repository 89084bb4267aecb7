"""A browser that shows pages which need scripts: Chromium, started when it is first needed, one page after the other.

It is handed the answer that we fetched, so that the bytes on record are those that it shows. What the page asks for
besides goes through our proxy (`browser_proxy`). Each page begins without cookies and leaves none.
"""

from __future__ import annotations

import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from pagewitness.archive.errors import FetchError
from pagewitness.archive.model import Answer
from pagewitness.config.browsing import Browsing
from pagewitness.scraper.net.browser_processes import Limits, end_browser
from pagewitness.scraper.net.browser_proxy import BrowserProxy
from pagewitness.scraper.net.browser_traffic import Traffic
from pagewitness.scraper.net.fetch import Session
from pagewitness.scraper.net.to_show import ToShow
from pagewitness.scraper.net.watchdog import Stopped

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import Playwright

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_IDLE: Final = 30.0  # seconds without a page after which the browser is ended
_START: Final = 30.0  # seconds for the browser to start
_LONGEST_WAIT: Final = 86400.0  # seconds for pages before this one; the run has its own ends
_TICK: Final = 0.1  # seconds: how late a run that is called off is noticed
_HEAP: Final = 1024  # megabytes of memory for the scripts of one page
_ARGUMENTS: Final = (
    "--disable-quic",  # UDP goes through no proxy
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # whatever goes past the proxy leads nowhere
    "--no-pings",
    f"--js-flags=--max-old-space-size={_HEAP}",
)


@dataclass(frozen=True, slots=True)
class Engine:
    """A browser that runs.

    Attributes:
        pid: of its main process.
        proxy: its only way out.
        folder: for its temporary files, which it leaves where it is killed.
    """

    playwright: Playwright
    chromium: Chromium
    pid: int
    proxy: BrowserProxy
    folder: TemporaryDirectory[str]


def find_browser(path: str = "") -> str | None:
    """The program to start: the one at a path, or the first Chromium that is installed, or None."""
    return next(filter(None, map(shutil.which, (path,) if path else _NAMES)), None)


class Browser:
    """Shows pages, for any number of threads. Use it as a context manager: at the end the browser is ended."""

    def __init__(self, settings: Browsing, session: Session) -> None:
        """`session`: fetches what scripts lead on to; its guard decides about every request."""
        self.settings, self.session = settings, session
        self._pool: ThreadPoolExecutor | None = None  # of one thread, which alone may use the browser
        self._engine: Engine | None = None
        self._idle: threading.Timer | None = None
        self._starting = threading.Lock()
        self._closing = False

    def lacking(self) -> str | None:
        """What is missing for showing pages, in a sentence that says how to get it; None if everything is there."""
        if find_spec("playwright") is None:
            return (
                "reading this page needs a browser, and so the extra 'browser': install it from your clone with "
                "pip install '.[browser]'."
            )
        if find_browser(self.settings.path) is None:
            wanted = self.settings.path
            what = f"[browser] path = '{wanted}' is no program" if wanted else "none is installed"
            return f"reading this page needs Chromium, and {what}: apt-get install chromium, or set [browser] path."
        if self.session.network.proxy:
            return "the browser that this page needs can't be used behind [network] proxy; follow the page with --no-browser."
        return None

    def show(self, page: ToShow) -> Answer:
        """Show a page and record it; waits for the pages before it.

        Returns:
            The answer with its rendering; another one if a script led on.

        Raises:
            ScraperError: it could not be shown, or takes too much.
            Stopped: the session was stopped.
        """
        if (lacking := self.lacking()) is not None:
            raise FetchError(f"{page.url}: {lacking}", transient=False)
        with self._starting:
            self._pool = self._pool or ThreadPoolExecutor(1, thread_name_prefix="browser")
        shown = self._pool.submit(self._shown, page)
        with self.session.watchdog.limit(_LONGEST_WAIT) as watch:
            while not wait([shown], _TICK).done:
                watch.check()
            return shown.result()

    def close(self) -> None:
        """End the browser at once, whatever it is doing."""
        self._closing = True
        if self._pool is None:
            return
        if (engine := self._engine) is not None and self._idle is None:
            end_browser(engine.pid)  # it is showing a page
        self._pool.submit(self._end)
        self._pool.shutdown()

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- in the browser's own thread ---------------------------------------------------------------------------------

    def _shown(self, page: ToShow) -> Answer:
        from playwright.sync_api import Error as PlaywrightError

        from pagewitness.scraper.net.browser_page import Means, show_page

        if self._closing:
            raise Stopped
        self._rest(None)
        try:
            engine = self._engine = self._engine or self._started()
        except PlaywrightError as error:
            raise FetchError(f"{page.url}: the browser does not start ({_brief(error)}).", transient=False) from error
        settings = self.settings
        traffic = engine.proxy.traffic = Traffic(settings.max_bytes)
        limits = Limits(engine.pid, settings.deadline, settings.megabytes, traffic)
        broken = False
        try:
            with limits:
                return show_page(engine.chromium, page, Means(self.session, settings, traffic, limits))
        except PlaywrightError as error:
            broken = True
            said = limits.exceeded or f"the browser could not show it ({_brief(error)})"
            raise FetchError(f"{page.url}: {said}.", transient=limits.exceeded is None) from error
        finally:
            engine.proxy.traffic = None
            traffic.end()
            if broken or limits.exceeded:
                self._end()  # it may be in any state
            self._rest(_IDLE)

    def _rest(self, seconds: float | None) -> None:
        """Have the browser end after so many seconds without a page; None while it shows one."""
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if seconds is not None and not self._closing and (pool := self._pool) is not None:
            self._idle = threading.Timer(seconds, lambda: pool.submit(self._end))
            self._idle.daemon = True
            self._idle.start()

    def _started(self) -> Engine:
        from playwright.sync_api import sync_playwright

        proxy = BrowserProxy(self.session.connector, self.session.network.timeout)
        folder = TemporaryDirectory(prefix="pagewitness-", ignore_cleanup_errors=True)
        playwright = None
        try:
            playwright = sync_playwright().start()
            chromium = playwright.chromium.launch(
                executable_path=find_browser(self.settings.path),
                args=list(_ARGUMENTS),
                proxy={"server": proxy.address, "bypass": "<-loopback>"},  # loopback goes through it as well
                timeout=_START * 1000,
                env={**os.environ, "TMPDIR": folder.name},
                chromium_sandbox=not _is_root(),
            )
            processes = chromium.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
        except BaseException:
            if playwright is not None:
                playwright.stop()
            proxy.close()
            folder.cleanup()
            raise
        pid = next(int(one["id"]) for one in processes if one["type"] == "browser")
        return Engine(playwright, chromium, pid, proxy, folder)

    def _end(self) -> None:
        """End the browser, and everything that belongs to it."""
        from playwright.sync_api import Error as PlaywrightError

        self._rest(None)
        engine, self._engine = self._engine, None
        if engine is None:
            return
        with suppress(PlaywrightError):  # it may have ended already
            engine.chromium.close()
        engine.playwright.stop()
        end_browser(engine.pid)
        engine.proxy.close()
        engine.folder.cleanup()


def _is_root() -> bool:
    """Whether we run as root, as whom Chromium refuses to start with its sandbox."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _brief(error: Exception) -> str:
    """The first line of what Playwright says."""
    return str(error).partition("\n")[0].strip().rstrip(".")[:200]

"""A web archive on loopback, as the Wayback Machine, pywb or an archive with TimeMaps only answers."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from loopback import Loopback, Reply

BAR = b"<div id=wm-ipp>Wayback bar: 12 captures</div>"


@dataclass(frozen=True)
class Memento:
    """A capture that the archive has."""

    url: str
    stamp: str
    body: bytes = b""
    status: int = 200
    kind: str = "text/html"
    headers: tuple[tuple[str, str], ...] = ()
    digest: str = ""

    @property
    def sha1(self) -> str:
        """As CDX servers write it."""
        return self.digest or base64.b32encode(hashlib.sha1(self.body, usedforsecurity=False).digest()).decode()

    @property
    def date(self) -> str:
        """As HTTP writes it."""
        return format_datetime(datetime.strptime(self.stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC), usegmt=True)


class WebArchiveRoutes(dict[str, Any]):
    """What it answers.

    Attributes:
        form: `cdx` (Wayback), `pywb`, `link` or `json` (TimeMaps): the only form of lists that it gives.
        part: how many captures one part of a list has.
        once: answers that come once, before the proper one, by the beginning of the path.
        always: answers that come instead of the proper one.
        raw: whether it gives raw bytes (`id_`).
    """

    def __init__(self, origin: str, mementos: list[Memento], form: str = "cdx", part: int = 1000) -> None:
        super().__init__()
        self.origin, self.mementos, self.form, self.part = origin, mementos, form, part
        self.once: dict[str, Reply] = {}
        self.always: dict[str, Reply] = {}
        self.raw = True

    def get(self, path: str, default: Any = None) -> Any:
        """The answer to a request."""
        for beginning in list(self.once):
            if path.startswith(beginning):
                return self.once.pop(beginning)
        for beginning, reply in self.always.items():
            if path.startswith(beginning):
                return reply
        parts = urlsplit(path)
        if self.form == "cdx" and parts.path == "/cdx/search/cdx":
            return self._cdx({name: values[0] for name, values in parse_qs(parts.query).items()})
        if self.form == "pywb" and parts.path == "/web/cdx":
            return self._pywb({name: values[0] for name, values in parse_qs(parts.query).items()})
        if self.form in ("link", "json") and path.startswith(f"/web/timemap/{self.form}/"):
            return self._time_map(path.removeprefix(f"/web/timemap/{self.form}/"))
        return self._replay(path)

    def _of(self, url: str) -> list[Memento]:
        key = url.partition("://")[2].removeprefix("www.").rstrip("/")
        return [one for one in self.mementos if one.url.partition("://")[2].removeprefix("www.").rstrip("/") == key]

    def _cdx(self, asked: dict[str, str]) -> Reply:
        found = [one for one in self._of(asked["url"]) if asked.get("from", "") <= one.stamp <= asked.get("to", "9")]
        start = int(asked.get("resumeKey", "0"))
        rows: list[list[str]] = [["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]]
        rows += [
            ["key", one.stamp, one.url, one.kind, str(one.status) if one.status else "-", one.sha1, str(len(one.body))]
            for one in found[start : start + self.part]
        ]
        rows += [[], [str(start + self.part)]] if start + self.part < len(found) else []
        return Reply(body=json.dumps(rows if found else []).encode())

    def _pywb(self, asked: dict[str, str]) -> Reply:
        rows = [
            {"urlkey": "key", "timestamp": one.stamp, "url": one.url, "mime": one.kind, "status": str(one.status),
             "digest": one.sha1} for one in self._of(asked["url"])
        ]  # fmt: skip
        return Reply(body="\n".join(map(json.dumps, rows)).encode())

    def _time_map(self, rest: str) -> Reply:
        number, _, url = rest.partition("/") if rest.partition("/")[0].isdigit() else ("0", "", rest)
        found, start = self._of(url), int(number) * self.part
        if not found:
            return Reply(404, b"<html>No captures</html>")
        mine = found[start : start + self.part]
        following = start + self.part < len(found)
        onward = f"{self.origin}/web/timemap/{self.form}/{int(number) + 1}/{url}"
        if self.form == "json":
            entries = [{"datetime": one.date, "uri": f"{self.origin}/web/{one.stamp}/{one.url}"} for one in mine]
            index = {"timemap_index": [{"uri": onward}]} if following else {}
            return Reply(body=json.dumps({"original_uri": url, "mementos": {"list": entries}} | index).encode())
        links = [
            f'<{url}>; rel="original"',
            f'<{self.origin}/web/timemap/link/{rest}>; rel="self"; type="application/link-format"',
        ]
        links += [
            f'<{self.origin}/web/{one.stamp}/{one.url}>; rel="{"first " if one is found[0] else ""}memento"; datetime="{one.date}"'
            for one in mine
        ]
        links += [f'<{onward}>; rel="timemap"; type="application/link-format"'] if following else []
        return Reply(body=",\n".join(links).encode(), headers=(("Content-Type", "application/link-format"),))

    def _replay(self, path: str) -> Reply:
        place, _, url = path.removeprefix("/web/").partition("/")
        stamp, raw = place.removesuffix("id_"), place.endswith("id_")
        found = next((one for one in self.mementos if one.stamp == stamp and one.url == url), None)
        if found is None or (raw and not self.raw):
            return Reply(404, b"<html>The archive has no such capture.</html>", (("Content-Type", "text/html"),))
        body = found.body if raw else found.body.replace(b"<body>", b"<body>" + BAR)
        headers = [
            ("Memento-Datetime", found.date),
            ("Link", f'<{found.url}>; rel="original", <{self.origin}/web/timemap/link/{found.url}>; rel="timemap"'),
            ("Content-Type", found.kind),
            ("X-Archive-Orig-Content-Type", f"{found.kind}; charset=utf-8"),
            ("X-Archive-Orig-Server", "the site's own"),
            *((f"X-Archive-Orig-{name}", value) for name, value in found.headers),
        ]
        location = next((value for name, value in found.headers if name == "Location"), None)
        headers += [("Location", f"{self.origin}/web/{place}/{location}")] if location else []
        return Reply(found.status or 200, body, tuple(headers))


@contextmanager
def web_archive(
    mementos: list[Memento], form: str = "cdx", part: int = 1000
) -> Iterator[tuple[Loopback, WebArchiveRoutes]]:
    """A running archive, and what it answers."""
    with Loopback() as site:
        site.routes = routes = WebArchiveRoutes(site.origin, mementos, form, part)
        yield site, routes

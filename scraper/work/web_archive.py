"""A web archive, and the lists of captures that it gives: from its CDX server, or as TimeMaps (RFC 7089)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, urlsplit

from pagewitness.archive.errors import FetchError
from pagewitness.scraper.formats.capture_lists import CaptureList, Held, read_captures, stamp_of
from pagewitness.scraper.work.archive_requests import Asker, address_linked

_AT_ONCE: Final = 10_000  # captures that a CDX server is asked for
_MOST_PARTS: Final = 200  # of one list
_SAFE_KEY: Final = re.compile(r"[\w%+.~*()!'-]+")  # Wayback gives its keys as they are to be sent
_IN_ADDRESS: Final = re.compile(r"(/\d{14})(?:[a-z]{2}_)?/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to ask for a list.

    Attributes:
        list: the beginning of its address.
        replay: the beginning of the addresses of captures.
        is_cdx: whether the rest is a query; else it is the page's address.
    """

    list: str
    replay: str
    is_cdx: bool = False

    def moved(self, asked: str, answered: str) -> _Form:
        """The same at the site that answered: an archive may redirect from http to https, or to another host."""
        old, new = (f"{parts.scheme}://{parts.netloc}" for parts in (urlsplit(asked), urlsplit(answered)))
        return replace(self, list=self.list.replace(old, new, 1), replay=self.replay.replace(old, new, 1))


class WebArchive:
    """A web archive.

    Attributes:
        name: its host.
        asker: asks it.
    """

    def __init__(self, url: str, asker: Asker) -> None:
        self.asker = asker
        self.name = urlsplit(url).netloc
        base = url.rstrip("/")
        root = base.removesuffix("/web")
        self._form: _Form | None = None
        self._statuses: list[int] = []
        self._forms = [
            _Form(f"{root}/cdx/search/cdx?", f"{root}/web", is_cdx=True),  # Wayback
            _Form(f"{base}/cdx?", base, is_cdx=True),  # pywb
            _Form(f"{base}/timemap/json/", base),
            _Form(f"{base}/timemap/link/", base),
            *([_Form(f"{root}/timemap/link/", base)] if root != base else []),
        ]

    def captures_of(self, url: str, since: str | None, until: str | None) -> list[Held]:
        """What the archive has of a page, oldest first; empty if it has nothing.

        Args:
            since, until: the first and the last moment; None for no bound.

        Raises:
            ScraperError: it could not be asked, or gives no list in any known form.
        """
        found: dict[tuple[str, str], Held] = {}
        for part in self._parts(url.partition("#")[0], since, until):
            for one in part.held:
                if (since or "") <= one.at <= (until or "9999"):
                    found.setdefault((one.at, one.original), one)
        return sorted(found.values(), key=lambda one: one.at)

    def raw_address(self, held: Held) -> str:
        """The address at which the archive gives a capture's bytes as they came, without its own bar and links."""
        if held.address:
            return _IN_ADDRESS.sub(r"\1id_/", held.address, count=1)
        replay = self._form.replay if self._form else self._forms[0].replay
        return f"{replay}/{stamp_of(held.at)}id_/{held.original}"

    def _parts(self, url: str, since: str | None, until: str | None) -> Iterator[CaptureList]:
        first, address = self._first(url, since, until)
        yield first
        waiting, seen, part = [*first.parts], {address}, first
        for _ in range(_MOST_PARTS):
            if part.key is not None:
                key = part.key if _SAFE_KEY.fullmatch(part.key) else quote(part.key)
                following = f"{address}&resumeKey={key}"
            elif waiting:
                following = address_linked(address, waiting.pop(0))
            else:
                return
            if following in seen or urlsplit(following).netloc not in (self.name, urlsplit(address).netloc):
                part = CaptureList()
                continue
            seen.add(following)
            part = self._in_known_form(following)
            waiting += part.parts
            yield part

    def _first(self, url: str, since: str | None, until: str | None) -> tuple[CaptureList, str]:
        if self._form:
            address = _address(self._form, url, since, until)
            return self._in_known_form(address), address
        for form in self._forms:
            address = _address(form, url, since, until)
            if (read := self._read(address)) is not None:
                found, answered = read
                self._form = form.moved(address, answered)
                return found, _address(self._form, url, since, until)
        raise FetchError(
            f"{self.name} gives no list of its captures (no CDX server, no TimeMap; it answered "
            f"{', '.join(map(str, sorted(set(self._statuses))))}): name a web archive by its address, such as "
            "https://web.archive.org, and check that it has the page.",
            transient=False,
        )

    def _in_known_form(self, address: str) -> CaptureList:
        """A list; an empty one for a 404. Raises FetchError if something else came, which says nothing of captures."""
        if (read := self._read(address)) is not None:
            return read[0]
        if (status := self._statuses[-1]) == 404:
            return CaptureList()
        raise FetchError(
            f"{self.name} gives no list of its captures of this page (it answered {status}): run the same command later; if "
            "it still refuses then, look at the page there in a browser.",
            transient=False,
        )

    def _read(self, address: str) -> tuple[CaptureList, str] | None:
        """A list, and the address that answered; None if something else came."""
        answer = self.asker.ask(address, follows=True)
        self._statuses.append(answer.status)
        found = read_captures(answer.body) if answer.status == 200 else None
        return None if found is None else (found, answer.url)


def _address(form: _Form, url: str, since: str | None, until: str | None) -> str:
    if not form.is_cdx:
        return f"{form.list}{url}"
    bounds = "".join(f"&{name}={stamp_of(at)}" for name, at in (("from", since), ("to", until)) if at)
    return f"{form.list}url={quote(url, safe='')}&output=json&limit={_AT_ONCE}&showResumeKey=true{bounds}"

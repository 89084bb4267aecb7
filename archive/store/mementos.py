"""Captures that a web archive served: which page they show, and its date (RFC 7089, Wayback's addresses)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from pagewitness.archive import times

Headers = tuple[tuple[str, str], ...]
_REPLAY: Final = re.compile(
    r"https?://[^/]+/(?:[^/?#]+/){0,3}?(\d{14})(?P<how>[a-z]{2}_)?/(?P<url>https?:/{1,2}.+)", re.IGNORECASE
)
_ORIGINAL: Final = re.compile(r"<([^>]+)>\s*;[^,]*?\brel\s*=\s*\"?(?:[^\",]*\s)?original\b", re.IGNORECASE)
_PREFIX: Final = "x-archive-orig-"
_OWN: Final = frozenset({"memento-datetime", "link", "content-encoding", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Memento:
    """What a web archive's answer shows.

    Attributes:
        url: the page's own address.
        at: when it was captured, as the archive writes moments.
        headers: those of the page's own answer, as far as they are known.
    """

    url: str
    at: str
    headers: Headers


def original(url: str) -> str:
    """The page's own address of a web archive's; any other address as it is.

    >>> original("https://web.archive.org/web/20240501000000id_/https://office.example/a?b=1")
    'https://office.example/a?b=1'
    """
    found = _REPLAY.fullmatch(url)
    return re.sub(r"^(https?):/{1,2}", r"\1://", found["url"], flags=re.IGNORECASE) if found else url


def is_replay(url: str) -> bool:
    """Whether an address is that of a capture in a web archive."""
    return _REPLAY.fullmatch(url) is not None


def memento(url: str, headers: Headers) -> Memento | None:
    """What an answer shows if a web archive served it as a capture; None for any other answer.

    Args:
        url: its address.
        headers: its headers.
    """
    named = {name.lower(): value for name, value in reversed(headers)}
    found = _REPLAY.fullmatch(url)
    archived = [(name[len(_PREFIX) :], value) for name, value in headers if name.lower().startswith(_PREFIX)]
    moment = _moment(named.get("memento-datetime"))
    is_raw = found is not None and found["how"] is not None
    if not (moment or archived or is_raw):
        return None
    link = _ORIGINAL.search(named.get("link", ""))
    own = original(url) if found else link[1] if link and moment else None
    at = moment or (_of_stamp(found[1]) if found else None)
    if own is None or own == url or at is None:
        return None
    kept = [(name, value) for name, value in headers if name.lower() in ("content-encoding", "transfer-encoding")]
    if archived:
        said = [(name, value) for name, value in archived if name.lower() not in _OWN]
        if not any(name.lower() == "content-type" for name, _ in said) and "content-type" in named:
            said.append(("content-type", named["content-type"]))
    else:
        said = [(name, value) for name, value in headers if name.lower() == "content-type"]
        if "location" in named:
            said.append(("location", original(named["location"])))
    return Memento(own, at, (*said, *kept))


def _moment(date: str | None) -> str | None:
    """A date of HTTP as the archive writes moments; None if it is missing or can't be read."""
    try:
        return times.stamp(parsedate_to_datetime(date)) if date else None
    except (ValueError, OverflowError):
        return None


def _of_stamp(digits: str) -> str | None:
    try:
        return times.stamp(datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC))
    except ValueError:
        return None

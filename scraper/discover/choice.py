"""What is followed of what a page leads to, and why the rest is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import urlsplit

from pagewitness.scraper.discover import pagers, traps

KNOWN: Final = "already followed"
_LEAST_DATED: Final = 0.5  # share of the entries with a date, from which the dates decide what is newest
_NUMBER: Final = re.compile(r"\W*\d{1,3}(?:[.,\s]\d{3}|[.,]?\d?[kKmM])*\W*")  # four digits in a row may be a year


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may be followed.

    Attributes:
        key: its canonical form.
        title: the words of the link.
        dated: its date (ISO 8601), or None.
    """

    url: str
    key: str
    title: str = ""
    dated: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an address is followed, and why, in a clause."""

    candidate: Candidate
    followed: bool
    why: str


@dataclass(frozen=True, slots=True)
class Policy:
    """What counts where a page leads to others.

    Attributes:
        listing: the address of the listing, or of the page that links files.
        why: the reason for those that are followed.
        patterns: of the source's addresses; empty for those of the same site.
        known: keys of what is followed already; `given_up` of what somebody unfollowed.
        twins: the same page in other languages and forms, by keys: why they are not followed.
        files_only: whether only PDFs and office files are followed.
        most: how many are followed at most of what is listed now; `room` how many new ones.
        refusal: why robots.txt forbids an address, or None.
        unread: why a kind of file can't be read here, by its ending; None if it can.
    """

    listing: str
    why: str
    patterns: Sequence[str] = ()
    known: Collection[str] = ()
    given_up: Collection[str] = ()
    twins: dict[str, str] = field(default_factory=dict)
    files_only: bool = False
    most: int = 200
    room: int = 2_000
    refusal: Callable[[str], str | None] = lambda url: None
    unread: Callable[[str], str | None] = lambda url: None


def choose(candidates: Iterable[Candidate], policy: Policy) -> list[Decision]:
    """Decide about all candidates; the newest are followed first, if there are more than are followed.

    Returns:
        a choice for each, in the order of the candidates.
    """
    candidates = list(candidates)
    refused = {one.key: why for one in candidates if (why := why_not(one, policy)) is not None}
    good = [one for one in candidates if one.key not in refused]
    within = {one.key for one in newest_first(good)[: policy.most]}
    new = [one.key for one in newest_first(good) if one.key in within and one.key not in policy.known]
    refused |= dict.fromkeys(
        new[max(0, policy.room) :], "this page has led to as many pages as it may, which looks like a trap"
    )
    return [_decision(one, refused.get(one.key), one.key in within, policy) for one in candidates]


def newest_first(entries: Sequence[Candidate]) -> list[Candidate]:
    """The entries with the newest first: by their dates if most have one, else as they are listed."""
    dated = sum(one.dated is not None for one in entries)
    if dated < _LEAST_DATED * len(entries) or not dated:
        return list(entries)
    return sorted(entries, key=lambda one: one.dated or "", reverse=True)


def why_not(one: Candidate, policy: Policy) -> str | None:
    """Why a candidate is not followed whatever else there is, in a clause; None if it may be."""
    if one.key in policy.twins:
        return policy.twins[one.key]
    if not is_allowed(one.url, policy.listing, policy.patterns):
        here, there = urlsplit(one.url).netloc, urlsplit(policy.listing).netloc
        if policy.patterns:
            return "it matches none of the source's link patterns"
        return f"on another host ({here})" if here != there else "on another host"
    if policy.files_only and not traps.is_file(one.url):
        return "not a file, and this page is no listing"
    if not policy.files_only and _NUMBER.fullmatch(one.title) and not traps.is_file(one.url):
        return "a number: a counter, a page of a list, or a day of a calendar"
    if not policy.files_only and pagers.is_numbered(one.url, policy.listing) and len(one.title.split()) < 2:
        return "a further page of the listing"
    if why := traps.trap_of(one.url, policy.listing):
        return why
    return policy.unread(one.url) or policy.refusal(one.url)


def is_allowed(url: str, listing: str, patterns: Sequence[str]) -> bool:
    """Whether an address is on the listing's site, or matches one of the source's patterns if there are any."""
    if patterns:
        return any(matches(url, listing, pattern) for pattern in patterns)
    return site_of(url) == site_of(listing)


def matches(url: str, listing: str, pattern: str) -> bool:
    """Whether an address matches a pattern, in which `*` stands for anything.

    A pattern that begins with `/` is about the path and query of the listing's own site; any other about host and path.

    >>> matches("https://a.example/reports/2024", "https://a.example/", "/reports/*")
    True
    >>> matches("https://files.example/2024.pdf", "https://a.example/", "files.example/*.pdf")
    True
    """
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if pattern.startswith("/"):
        return site_of(url) == site_of(listing) and fnmatchcase(path, _literal(pattern))
    plain = re.sub(r"^https?://", "", pattern)
    return fnmatchcase(f"{parts.netloc.lower()}{path}", _literal(plain))


def site_of(url: str) -> str:
    """The site of an address: its host, without `www.`, and its port."""
    parts = urlsplit(url)
    port = parts.port if parts.port not in (None, 80, 443) else None
    return (parts.hostname or "").removeprefix("www.") + (f":{port}" if port else "")


def _literal(pattern: str) -> str:
    """A pattern of `fnmatch` in which only `*` is special."""
    return re.sub(r"[?\[]", r"[\g<0>]", pattern)


def _decision(one: Candidate, refused: str | None, within: bool, policy: Policy) -> Decision:
    if one.key in policy.known:
        return Decision(one, True, KNOWN)
    if refused is not None:
        return Decision(one, False, refused)
    if one.key in policy.given_up:
        return Decision(one, False, "it was unfollowed before")
    if not within:
        setting = "files" if policy.files_only else "most"
        return Decision(
            one, False, f"behind the first {policy.most} that are followed of this page ([discover] {setting})"
        )
    return Decision(one, True, policy.why)

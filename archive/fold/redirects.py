"""Where a redirect leads, judged by its addresses (pure)."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final
from urllib.parse import urljoin, urlsplit

from pagewitness.archive.derived import PageState
from pagewitness.archive.text.refresh import LONGEST_WAIT, is_reload, refresh

PERMANENT: Final = frozenset({200, 301, 308})  # 200: a page that forwards by itself is in the document's place
# The paths of a site's first page, also in a language of it.
_HOME: Final = re.compile(
    r"/*(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|home|default|main)(?:\.\w{2,5})?/?)?", re.IGNORECASE
)
_INDEX: Final = re.compile(r"/(?:index|default)\.\w{2,5}$|/+$", re.IGNORECASE)
# Where servers redirect requests that they don't serve: a path to a login, or one with such an end.
_END: Final = r"(?:\.\w{2,5})?/?$"
_MISSING: Final = re.compile(rf"/(?:404|410|(?:page-?|file-?)?not-?found|error-?404){_END}", re.IGNORECASE)
_WALL: Final = re.compile(
    r"/(?:log-?in|sign-?in|sso|auth)(?:\.\w{2,5})?(?:/|$)"
    rf"|/(?:40[13]|captcha|challenge|consent|blocked|denied|access-denied){_END}",
    re.IGNORECASE,
)
_FAULT: Final = re.compile(rf"/(?:50[0-4]|error(?:s|page|-page)?|maintenance){_END}", re.IGNORECASE)


class Leads(StrEnum):
    """Where a redirect leads."""

    SAME = "the same page"  # only the spelling of its address differs
    HOME = "the home page"
    SECTION = "its section"
    MISSING = "a page for what is missing"
    WALL = "a login or a check"
    FAULT = "an error page"
    OTHER = "another address"

    @property
    def state(self) -> PageState | None:
        """What it says about the page, if another text is there; None for nothing."""
        return _STATES.get(self)


_STATES: Final = {
    Leads.HOME: PageState.REMOVED,
    Leads.SECTION: PageState.REMOVED,
    Leads.MISSING: PageState.REMOVED,
    Leads.WALL: PageState.BLOCKED,
    Leads.OTHER: PageState.MOVED,
}


def leads(page: str, to: str) -> Leads:
    """Where a redirect from one address to another leads.

    Args:
        page: an address that was the page's.
        to: the address that answered, or is to answer.
    """
    own, other = urlsplit(page), urlsplit(to)
    if _spelt_once(page) == _spelt_once(to):
        return Leads.SAME
    for where, path in ((Leads.MISSING, _MISSING), (Leads.WALL, _WALL), (Leads.FAULT, _FAULT)):
        if path.search(other.path) and not path.search(own.path):
            return where
    if _is_home(own.path) or other.query:
        return Leads.OTHER
    if _is_home(other.path):
        return Leads.HOME
    section = f"{_INDEX.sub('', other.path)}/".lower()
    same_site = _site(own.hostname) == _site(other.hostname)
    return Leads.SECTION if same_site and own.path.lower().startswith(section) else Leads.OTHER


def location(page: str, headers: list[list[str]]) -> str | None:
    """Where an answer redirects, as an absolute address without its fragment; None if it does not say so.

    Args:
        page: its address.
        headers: its fields, as (name, value).
    """
    return _absolute(page, next((value.strip() for name, value in headers if name.lower() == "location"), ""))


def refresh_target(page: str, headers: list[list[str]]) -> str | None:
    """Where the Refresh header of an answer leads before anybody can have read it, if not to the page itself.

    Args:
        page, headers: as for `location`.
    """
    said = next((refresh(value) for name, value in headers if name.lower() == "refresh"), None)
    to = _absolute(page, said.to) if said and said.wait <= LONGEST_WAIT else None
    return to if to and not is_reload(page, to) else None


def _absolute(page: str, to: str) -> str | None:
    try:
        return urljoin(page, to).partition("#")[0] if to else None
    except ValueError:
        return None


def clause(where: Leads, to: str) -> str:
    """A redirect in a clause."""
    return f"it redirects to {to}" if where.state in (None, PageState.BLOCKED) else f"it redirects to {where}, {to}"


def _is_home(path: str) -> bool:
    return bool(_HOME.fullmatch(path))


def _site(host: str | None) -> str:
    return (host or "").lower().removeprefix("www.").rstrip(".")


def _spelt_once(url: str) -> tuple[str, str, str]:
    """An address without what differs between the spellings that servers redirect to the usual one."""
    parts = urlsplit(url)
    return _site(parts.hostname), _INDEX.sub("", parts.path).lower(), parts.query

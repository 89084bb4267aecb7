"""Why an answer is not credible as the document, by its status, its headers and its reading (pure)."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

from pagewitness.archive.derived import BOT_WALL, PageState
from pagewitness.archive.fold import redirects
from pagewitness.archive.fold.blockers import blocker_of

_GONE: Final = frozenset({404, 410})
_REFUSED: Final = frozenset({403, 429, 451})  # whoever answers so
_REDIRECT: Final = frozenset({301, 302, 303, 307, 308})


class Doubt(NamedTuple):
    """Why an answer is not credible, in a clause, and what it says about the page; None for nothing."""

    reason: str
    state: PageState | None = None


class Answered(NamedTuple):
    """An answer, as far as it matters here.

    Attributes:
        url: its address.
        headers: its fields as stored, JSON: [[name, value], …].
        not_credible: what its reading says.
        truncated: why it is incomplete; None if it is complete.
    """

    url: str
    status: int
    headers: str = "[]"
    not_credible: str | None = None
    truncated: str | None = None


def doubt(answer: Answered) -> Doubt | None:
    """Why an answer is not credible; None if it is."""
    status, headers = answer.status, json.loads(answer.headers)
    if blocker := blocker_of(status, headers):
        return Doubt(f"HTTP status {status} by {blocker}, not by the site", PageState.BLOCKED)
    if status in _REDIRECT and (to := redirects.location(answer.url, headers)):
        where = redirects.leads(answer.url, to)
        return Doubt(f"HTTP status {status}: {redirects.clause(where, to)}", where.state)
    if status >= 300:
        blocked = PageState.BLOCKED if status in _REFUSED or answer.not_credible == BOT_WALL else None
        return Doubt(f"HTTP status {status}", blocked or (PageState.REMOVED if status in _GONE else None))
    if to := redirects.refresh_target(answer.url, headers):
        return Doubt(f"it only leads on, to {to}")
    if answer.truncated:
        return Doubt(f"truncated ({answer.truncated})")
    if answer.not_credible:
        return Doubt(answer.not_credible, PageState.BLOCKED if answer.not_credible == BOT_WALL else None)
    return None

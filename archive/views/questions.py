"""What `pages` asks a person to check about a page (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote

from pagewitness.archive import times
from pagewitness.archive.derived import PageState

QUESTION_SECONDS = 7 * 86400  # ask a person about what was not credible, not confirmed or removed for so long
QUESTION_OBSERVATIONS = 10  # or is still not confirmed after so many observations


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A page's observations since its last credible one.

    Attributes:
        since: the first of them.
        pending: how many are pending, and `pending_since` the first of these.
    """

    page: int
    since: str
    count: int
    pending: int
    pending_since: str | None


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """What the last answer of a page says.

    Attributes:
        at, verdict, reason, state, status: of its observation.
        to: the address that it moved to, or None.
        moved: whether that is another one than at the beginning.
        language: of a variant.
    """

    at: str = ""
    verdict: str = ""
    reason: str = ""
    state: str | None = None
    status: int | None = None
    to: str | None = None
    moved: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A page that a person may be asked about.

    Attributes:
        state: as `pages` lists it.
        has_text: whether it ever had a revision.
        failures: failed visits in a row.
        last: what its last answer says.
        unconfirmed: its observations since the last credible one, or None.
        report: which report it should show by now and does not, or None.
    """

    url: str
    source: str | None
    found_on: str | None
    state: str
    followed: bool
    has_text: bool
    failures: int
    last: LastAnswer
    unconfirmed: Unconfirmed | None
    report: str | None = None


def question(page: Asked, at: str) -> str | None:
    """What a person should check, in a sentence or two that say what to do; None if there is nothing yet.

    Args:
        at: the present moment.
    """
    state, last, unconfirmed = page.state, page.last, page.unconfirmed
    if not page.followed and state not in ("suspect", "blocked") and not last.language:
        return None  # unfollowed: already answered
    stop = f"`pagewitness unfollow {quote(page.url)}` stops visiting it"
    if last.state == PageState.REMOVED and not page.has_text:
        first = unconfirmed.since if unconfirmed else last.at
        return f"Is this address right? It has never been found: HTTP status {last.status} since {first[:10]}. {stop}."
    if state in ("failing", "disallowed"):
        return f"Does this address still work? The last {page.failures} visits failed." if page.failures > 2 else None
    if last.to and last.state == PageState.MOVED:
        follow = f"`pagewitness add {quote(last.to)}` follows it"
        return f"Has the document moved to {last.to}? Another text is there. {follow}; {stop}."
    if page.found_on and last.reason.endswith("not a page"):
        return None  # a linked file of Office, kept without being read
    if state == "overdue" and page.report:
        follow = f"`pagewitness add ADDRESS --source {quote(page.source or '')}` follows it"
        return f"Did we miss a report? {page.report}. If it is at another address, {follow}."
    if unconfirmed is None or unconfirmed.since > times.later(at, -QUESTION_SECONDS):
        return None
    look = f"Check with `pagewitness show {quote(page.url)} --at {last.at} --raw`"
    return _lasting(state, last, unconfirmed, f"{look}; {stop}.", f"{stop}.")


def _lasting(state: str, last: LastAnswer, unconfirmed: Unconfirmed, look: str, stop: str) -> str | None:
    """The question about what has lasted for a week."""
    day = unconfirmed.since[:10]
    visits = "1 visit" if unconfirmed.count == 1 else f"{unconfirmed.count} visits in a row"
    if state == "removed":
        return f"Was the page removed, or has it moved? It has been missing since {day}; {stop}"
    if state == "blocked":
        return (
            f"Does the site refuse us? {last.reason}, since {day} ({visits}). A longer delay between visits, or a word with "
            f"its operator, may help; {stop}"
        )
    if last.language:
        return (
            f"Which language do you follow? The page has been in another one ({last.language}) since {day} ({visits}). "
            f"Ask for yours ([network] accept_language), or add the address that has it. {look}"
        )
    if state == "suspect":
        return f"Is this the document? {last.reason}, since {day} ({visits}). {look}"
    if unconfirmed.pending and unconfirmed.count >= QUESTION_OBSERVATIONS:
        return f"Which text is the document? The page has shown unconfirmed texts since {day} ({visits}). {look}"
    return None

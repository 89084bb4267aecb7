"""When a page was removed, or moved to another address, as its site says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple

from pagewitness.archive import times
from pagewitness.archive.derived import PageState
from pagewitness.archive.model import Page
from pagewitness.archive.store import evidence
from pagewitness.archive.store.credible import CREDIBLE
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views.failures import Failing, failings
from pagewitness.archive.views.visited import VisitRow

_OBSERVED = (PageState.REMOVED, PageState.MOVED, PageState.VARIANT)  # states that say something of the page
# An observation that ends a state: it shows the document, is to be confirmed, or says something else of the page.
_ENDS = f"({CREDIBLE} or verdict = 'pending' or (state <> :state and state in {tuple(map(str, _OBSERVED))}))"
_SINCE = f"""
    select observed_at, captures.status from observations left join captures on captures.id = capture_id
    where observations.page_id = :page and state = :state and (observed_at, visit_id) > (
        coalesce((select observed_at from observations where page_id = :page and {_ENDS}
            order by observed_at desc, visit_id desc limit 1), ''),
        coalesce((select visit_id from observations where page_id = :page and {_ENDS}
            order by observed_at desc, visit_id desc limit 1), 0))
    order by observed_at, visit_id"""


class _Said(NamedTuple):
    observed_at: str
    status: int


def gone(db: Sqlite, page_id: int, state: PageState = PageState.REMOVED) -> tuple[str, int] | None:
    """The time from which a page has been removed, and the last status; None if it has not.

    Answers that say nothing of the page (blocked, a fault) neither begin nor end that.

    Args:
        state: another one to ask for, such as moved.
    """
    said = db.all(_Said, _SINCE, page=page_id, state=state.value)
    return (said[0].observed_at, said[-1].status) if said else None


def left(db: Sqlite, page_id: int) -> tuple[PageState, str] | None:
    """Whether a page was removed or has moved to another text by now, and since what moment; None if neither."""
    for state in (PageState.REMOVED, PageState.MOVED):
        if since := gone(db, page_id, state):
            return state, since[0]
    return None


_LAST_TWO = f"""
    select state, reason from observations
    where page_id = :page and ({CREDIBLE} or verdict = 'pending' or state in {tuple(map(str, _OBSERVED))})
    order by observed_at desc, visit_id desc limit 2"""


class _Stated(NamedTuple):
    state: str | None
    reason: str | None


_BLOCKED_BEFORE = """
    select state is 'blocked' from observations where page_id = :page order by observed_at desc, visit_id desc limit 1 offset 1"""


def is_news(db: Sqlite, page_id: int, state: PageState) -> bool:
    """Whether the last answer that said something about a page says another thing than the one before.

    That a page is removed is one thing, whatever the status; that it is elsewhere is another at each address.

    Args:
        state: what the last answer says.
    """
    if state is PageState.BLOCKED:
        return not db.value(_BLOCKED_BEFORE, page=page_id)
    said = db.all(_Stated, _LAST_TWO, page=page_id)
    return len(said) < 2 or (said[0] != said[1] and not (said[0].state == said[1].state == PageState.REMOVED))


def has_departed(db: Sqlite, page_id: int) -> bool:
    """Whether a page was ever removed or moved. If not, its visits need not be read for that."""
    sql = """select 1 from observations left join captures on captures.id = capture_id
        where observations.page_id = :page and (state in ('removed', 'moved') or redirects <> '[]') limit 1"""
    return bool(db.value(sql, page=page_id))


@dataclass(frozen=True, slots=True)
class Removal:
    """A period in which a page was removed.

    Attributes:
        since: the first answer that said so.
        status: of that answer, or of its redirect.
        until: the first observation of a document after it; None while it is removed.
        number: of the revision that was current then.
        to: where that answer redirected to: the home page or a section; None if it did not.
        visits: the number of answers that said so.
        longest_gap: the most seconds between two of them; None for less than two.
        last_status, last_to: of the last answer that said so, if it said so in another way than the first; else None.
    """

    since: str
    status: int
    until: str | None
    number: int
    to: str | None = None
    visits: int = 1
    longest_gap: float | None = None
    last_status: int | None = None
    last_to: str | None = None

    def as_json(self) -> dict[str, object]:
        """Its fields but the number; without those that say where it redirected, or how else it answered, if it did not."""
        left_out = [key for key in ("to", "last_status", "last_to") if getattr(self, key) is None]
        return {key: value for key, value in asdict(self).items() if key not in ("number", *left_out)}


def removals(visits: Iterable[VisitRow]) -> list[Removal]:
    """The periods in which a page was removed, oldest first, given its visits (`history.visits`).

    An address that never had a text was not removed, only never found. Other observations that are not credible neither
    begin nor end a period.
    """
    found: list[Removal] = []
    last = ""  # answer that said so
    for row in visits:
        at, open_one = row["visited_at"], bool(found and not found[-1].until)
        if row["state"] == PageState.REMOVED and row["number"] is not None:
            status = row["hop"] or row["status"]
            assert status  # it was an answer
            if not open_one:
                found.append(Removal(at, status, None, row["number"], row["to"], visits=0))
            gap = max(found[-1].longest_gap or 0.0, times.seconds_between(last, at)) if open_one else None
            same = (status, row["to"]) == (found[-1].status, found[-1].to)
            found[-1] = replace(
                found[-1], visits=found[-1].visits + 1, longest_gap=gap, last_status=None if same else status,
                last_to=None if same else row["to"],
            )  # fmt: skip
            last = at
        elif open_one and tells(row):
            found[-1] = replace(found[-1], until=at)
    return found


@dataclass(frozen=True, slots=True)
class Blocked:
    """A period in which all answers of a page came from somebody who keeps us out.

    Attributes:
        since: the first of these answers.
        reason: of the last one.
        visits: how many there are.
        until: the first answer after it that came from the site; None while we are kept out.
    """

    since: str
    reason: str
    visits: int
    until: str | None = None


def blocks(visits: Iterable[VisitRow]) -> list[Blocked]:
    """The periods in which we were kept out, oldest first, given a page's visits (`history.visits`), oldest first."""
    found: list[Blocked] = []
    for row in visits:
        last = found[-1] if found and not found[-1].until else None
        if row["state"] == PageState.BLOCKED:
            reason = row["reason"] or ""
            if last:
                found[-1] = replace(last, reason=reason, visits=last.visits + 1)
            else:
                found.append(Blocked(row["visited_at"], reason, 1))
        elif last and row["outcome"] in ("captured", "not-modified"):
            found[-1] = replace(last, until=row["visited_at"])
    return found


_BLOCKED = """
    select min(observed_at) from observations as blocked where page_id = :page and state = 'blocked'
    and not exists (select 1 from observations as later where later.page_id = :page and later.state is not 'blocked'
        and (later.observed_at, later.visit_id) > (blocked.observed_at, blocked.visit_id))"""


def blocked_since(db: Sqlite, page_id: int) -> str | None:
    """The time from which all answers of a page have come from somebody who keeps us out; None if the last one has not."""
    since: str | None = db.value(_BLOCKED, page=page_id)
    return since


@dataclass(frozen=True, slots=True)
class Move:
    """A period in which a page's address redirected to another one for good, or to another document.

    Attributes:
        since: the first answer that did.
        until: the first observation after it that did not; None while it still redirects.
        status: of the redirect.
        to: where it led.
        continues: whether the page's history continues there, because the text was the page's.
    """

    since: str
    until: str | None
    status: int
    to: str
    continues: bool


def moves(visits: Iterable[VisitRow]) -> list[Move]:
    """The periods in which a page was elsewhere, oldest first, given its visits (`history.visits`)."""
    found: list[Move] = []
    for row in visits:
        last = found[-1] if found and not found[-1].until else None
        to, continues = row["to"], row["state"] is None
        if row["state"] != PageState.MOVED and not (row["permanent"] and tells(row) and continues):
            to = None
        if to and last and (last.to, last.continues) == (to, continues):
            continue
        if last and (to or (tells(row) and row["outcome"] != "not-modified")):
            found[-1] = replace(last, until=row["visited_at"])
        if to and row["hop"]:
            found.append(Move(row["visited_at"], None, row["hop"], to, continues))
    return found


def found_on(db: Sqlite, page: Page) -> str | None:
    """The address of the page that led to a page; None if somebody added it."""
    url: str | None = db.value("select url from pages where id = :id", id=page.parent_id)
    return url


def twin(db: Sqlite, page: Page, visits: Sequence[VisitRow]) -> str | None:
    """The address of another followed page to which a page redirected when it was last captured; None if it did not.

    Args:
        visits: of the page (`history.visits`).
    """
    last = next((row for row in reversed(visits) if row["outcome"] == "captured"), None)
    other = evidence.find_page(db, last["came_from"]) if last and last["came_from"] else None
    return other.url if other and other.followed and other.id != page.id else None


def tells(visit: VisitRow) -> bool:
    """Whether a visit (of `history.visits`) observed the page: its document, or that it was removed or is elsewhere."""
    return visit["verdict"] not in (None, "suspect") or visit["state"] in _OBSERVED


@dataclass(frozen=True, slots=True)
class Departures:
    """The periods in which a page was removed, its address redirected, we were kept out, or its visits failed."""

    removals: list[Removal]
    moves: list[Move]
    blocks: list[Blocked]
    failings: list[Failing]

    @property
    def blocked(self) -> Blocked | None:
        """The period in which we are kept out by now; None if we are not."""
        return self.blocks[-1] if self.blocks and not self.blocks[-1].until else None

    @property
    def until(self) -> str | None:
        """What ended the current revision's time: `removed` or `moved`; None if it is there."""
        if self.removals and not self.removals[-1].until:
            return "removed"
        return "moved" if self.moves and not self.moves[-1].until and not self.moves[-1].continues else None


def departures_of(visits: Sequence[VisitRow]) -> Departures:
    """What kept a page from being seen, and when, given its visits (`history.visits`), oldest first."""
    return Departures(removals(visits), moves(visits), blocks(visits), failings(visits))

"""Reports that are overdue: the months in which a source publishes them passed, and nothing new of it was seen.

A report is taken to have arrived with a new revision of one of its source's pages, or with a new address that one of them
lists. If the titles of earlier ones are recognised, only what is called so counts; if not, what is called as another report
of the source does not. It is overdue from the first visit on
that saw, after 45 days of grace, the page where it would be; a page that we can't see proves nothing.
"""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import NamedTuple

from pagewitness.archive import times
from pagewitness.archive.model import PageRole, ReportSeries
from pagewitness.archive.store import sources
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text.words import fold, folded_tokens
from pagewitness.archive.views.seasons import Season, seasons

_LEAST_LETTERS = 4  # of a word of a title that tells one report from another
_STEM = 5  # letters by which two words are the same
_ALIKE = 2 / 3  # of a title's words
_MOST_TITLES = 2000  # of a source that are looked at
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Overdue:
    """A report that was expected and did not come in time.

    Attributes:
        source: the name of its source.
        title: of the report.
        expected: when, for people: `March 2026`.
        page_id: the page where it would be seen.
        since, since_visit: the first visit of that page after the time of grace.
        until, until_visit: the observation with which it arrived; None while it is overdue.
        given_up: whether the next one was overdue, too, before it arrived.
    """

    source: str
    title: str
    expected: str
    page_id: int
    since: str
    since_visit: int
    until: str | None = None
    until_visit: int | None = None
    given_up: bool = False

    @property
    def lasts(self) -> bool:
        """Whether it is overdue by now."""
        return self.until is None and not self.given_up

    @property
    def seen_day(self) -> str:
        """The day of the visit that did not see it in time: `15 May 2026`."""
        return _day(self.since)

    @property
    def said(self) -> str:
        """`vsd, National Threat Assessment: expected in March 2026, not seen by 15 May 2026`."""
        return f"{self.source}, {self.title}: expected in {self.expected}, not seen by {self.seen_day}"

    @property
    def arrived(self) -> str:
        """`vsd, National Threat Assessment: expected in March 2026, arrived after 41 days (overdue since 15 May 2026)`."""
        assert self.until is not None
        late = times.lasting(times.seconds_between(self.since, self.until))
        said = f"{self.source}, {self.title}: expected in {self.expected}, arrived after {late}"
        return f"{said} (overdue since {self.seen_day})"


def _day(at: str) -> str:
    moment = times.moment(at)
    return f"{moment.day} {calendar.month_name[moment.month]} {moment.year}"


def overdue_reports(db: Sqlite) -> list[Overdue]:
    """All reports that were overdue at some time, or are now, by source."""
    found: list[Overdue] = []
    for source_id, name, expected in sources.expecting_sources(db):
        namers = [_Namer(one.titles) for one in expected]
        for place, series in enumerate(expected):
            others = [*namers[:place], *namers[place + 1 :]]
            found += _of_series(
                db, Overdue(name, series.titles[0], "", 0, "", 0), source_id, (series, namers[place], others)
            )
    return found


# --- where it would be seen -------------------------------------------------------------------------------------------


class _Place(NamedTuple):
    id: int
    url: str
    title: str | None
    role: str


_PLACES = """
    select pages.id, url, title, role from json_each(:keys) cross join pages on pages.key = value
    where source_id = :source and followed order by pages.id"""

_SAW = """
    select visited_at as at, id as visit_id from visits where page_id = :page and visited_at >= :at and writer = 'run'
        and outcome in ('captured', 'not-modified') and status < 400 order by visited_at, id limit 1"""

_LAST = """
    select visited_at as at, id as visit_id from visits where page_id = :page and writer = 'run' and outcome in ('captured', 'not-modified')
        and status < 400 order by visited_at desc, id desc limit 1"""


class _Seen(NamedTuple):
    at: str
    visit_id: int


def _place(db: Sqlite, source_id: int, series: ReportSeries, report: _Namer) -> _Place | None:
    """The followed page where a report would be seen: a listing or a feed, or else one with its name; None if no such page is followed."""
    found = db.all(_Place, _PLACES, source=source_id, keys=json.dumps(series.keys))
    lists = (PageRole.LISTING, PageRole.FEED)
    return max(
        found, key=lambda one: (one.role in lists, report.names(f"{one.title} {one.url}"), -one.id), default=None
    )


# --- what came --------------------------------------------------------------------------------------------------------


class _Came(NamedTuple):
    """A new revision of a page of a source, or a new address that one of them lists.

    `is_added`: it is the first revision of a page that somebody added.
    """

    at: str
    visit_id: int
    title: str
    url: str
    is_added: int


# A listing says by its entries what is new, and a page that was found by being listed: that it was read says when we read it,
# and another word in the report of last year is no report of this one. What a page listed at first was there before.
_CAME = """
    select captured_at as at, visit_id, coalesce(revisions.title, pages.title, '') as title, url,
        cause = 'first' as is_added
    from pages cross join revisions on revisions.page_id = pages.id
    where source_id = :source and kind <> 'boilerplate' and role in ('page', 'listing') and captured_at >= :since
        and cause <> 'moved' and (cause = 'edition' or (parent_id is null and case cause
            when 'first' then key not in (select value from json_each(:keys))
            else role = 'page' or not exists (select 1 from listed where page_id = pages.id) end))
    union all
    select since_at, coalesce((select visits.id from visits where visits.page_id = listed.page_id and visited_at = since_at), 0),
        listed.title, listed.url, 0
    from (select page_id, min(since_at) as first_at from pages cross join listed on listed.page_id = pages.id
        where source_id = :source group by page_id) as began cross join listed on listed.page_id = began.page_id
    where since_at >= :since and since_at > first_at
        and not exists (select 1 from listed as known where known.key = listed.key and known.since_at < listed.since_at)
    order by at, visit_id"""

_TITLES = """
    select coalesce(title, '') || ' ' || url from pages where source_id = :source and kind <> 'boilerplate'
    union all select listed.title || ' ' || listed.url from pages cross join listed on listed.page_id = pages.id
    where source_id = :source and role in ('page', 'listing', 'pager', 'feed') limit :most"""


def _of_series(
    db: Sqlite, blank: Overdue, source_id: int, told_apart: tuple[ReportSeries, _Namer, list[_Namer]]
) -> list[Overdue]:
    series, report, others = told_apart
    place = _place(db, source_id, series, report)
    first = db.one(_Seen, _SAW, page=place.id, at="") if place else None
    last = db.one(_Seen, _LAST, page=place.id) if place else None
    if place is None or first is None or last is None:
        return []
    passed = list(seasons(series.months, first.at, last.at))
    if not passed:
        return []
    came = db.all(_Came, _CAME, source=source_id, since=passed[0].opens, keys=json.dumps(series.keys))
    if came and any(map(report.names, db.column(str, _TITLES, source=source_id, most=_MOST_TITLES))):
        came = [one for one in came if report.names(f"{one.title} {one.url}")]
    else:
        came = [one for one in came if not any(other.names(f"{one.title} {one.url}") for other in others)]
    return list(_missed(db, replace(blank, page_id=place.id), passed, came))


def _missed(db: Sqlite, blank: Overdue, passed: Sequence[Season], came: Sequence[_Came]) -> Iterator[Overdue]:
    """The seasons without a report: each lasts until something came, or until the next one is overdue, too."""
    found: list[Overdue] = []
    for season in passed:
        arrival = next((one for one in came if _is_of(one, season)), None)
        seen = db.one(_Seen, _SAW, page=blank.page_id, at=season.due)
        if seen is None or (arrival and arrival.at <= seen.at):
            continue
        late = replace(blank, expected=season.name, since=seen.at, since_visit=seen.visit_id)
        found.append(replace(late, until=arrival.at, until_visit=arrival.visit_id) if arrival else late)
    for one, following in zip_longest(found, found[1:]):
        is_given_up = following is not None and (one.until is None or one.until >= following.since)
        yield replace(one, until=None, until_visit=None, given_up=True) if is_given_up else one


def _is_of(came: _Came, season: Season) -> bool:
    """Whether something new can be the report of a season; not if its title names a year long before: it was listed late."""
    years = [int(year) for year in _YEAR.findall(came.title)]
    is_older = bool(years) and max(years) < season.year - 1
    return came.at >= (season.begins if came.is_added else season.opens) and not is_older


class _Namer:
    """Knows a report by its titles: two thirds of the words of one of them, as far as their first letters."""

    def __init__(self, titles: Sequence[str]) -> None:
        self._patterns: list[tuple[re.Pattern[str], float]] = []
        for title in titles:
            tokens = folded_tokens(title)
            stems = {one[:_STEM] for one in tokens if len(one) >= _LEAST_LETTERS} or set(tokens)
            if stems:
                any_of = "|".join(map(re.escape, sorted(stems, key=len, reverse=True)))
                self._patterns.append((re.compile(rf"(?<![^\W_])(?:{any_of})"), _ALIKE * len(stems)))

    def names(self, text: str) -> bool:
        """Whether a title or an address names the report."""
        folded = fold(text)
        return any(len(set(pattern.findall(folded))) >= least for pattern, least in self._patterns)

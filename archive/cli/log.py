"""`pagewitness log`: a page's revisions, and every visit with --all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING

import click

from pagewitness.archive import times
from pagewitness.archive.cli import Invocation, counted, json_option, pass_invocation, print_json
from pagewitness.archive.cli.episodes import episode_lines
from pagewitness.archive.cli.terminal import echo, indented, paged, terminal_columns, width
from pagewitness.archive.derived import LinkChange, Verdict
from pagewitness.archive.model import Page, Row
from pagewitness.archive.text.columns import columns, cut, safe, wrap

if TYPE_CHECKING:
    from pagewitness.archive.store.database import Sqlite
    from pagewitness.archive.views.departures import Departures
    from pagewitness.archive.views.visited import VisitRow

_LEAST_TITLE = 20  # columns; a title that would be shorter gets a line of its own


@click.command()
@click.argument("page", metavar="URL")
@click.option("--all", "everything", is_flag=True, help="Also list every visit, with its verdict.")
@json_option
@pass_invocation
@paged()
def command(invocation: Invocation, page: str, everything: bool, as_json: bool) -> None:
    """List a page's revisions, and every visit with --all.

    Each revision has the times when it was first and last seen before another. If a page shows an earlier revision's
    text again within a month, it has returned to that revision: this adds a line but no new revision. After more than a
    month it is a new revision, marked with the earlier one's number. Removals, moves, blocks, periods in which all
    visits failed, and links that lead elsewhere though their words stayed get a line, too. With --all, periods without
    a successful visit are listed if they are longer than a day and than three times the usual interval, and the last
    line says when the page is visited next.
    """
    from pagewitness.archive.views import departures, history, selection

    with invocation.read() as db:
        found = selection.page_named(db, page)
        seen = history.visits(db, found)
        notes = list(_notes(found, departures.twin(db, found, seen), departures.found_on(db, found)))
        left = departures.departures_of(seen)
        rows = list(_revisions(db, found, left))
        visits = list(_visits(found, seen)) if everything or not rows else []
        if everything:
            rows = sorted([*rows, *visits], key=_moment)
    if as_json:
        for row in rows:
            print_json(row)
        return
    for line in _lines(found, rows, left, visits, notes):
        echo(line)


def _moment(row: Row) -> tuple[str, bool]:
    return row.get("visited_at") or row["captured_at"], "cause" in row


def _revisions(db: Sqlite, page: Page, left: Departures) -> Iterator[Row]:
    from pagewitness.archive.views import history, link_changes, periods

    now, returns = history.current_at(db, page, times.LAST), history.returns(db, page)
    when, passing = periods.periods(db, page), {one.number: one for one in periods.passing(db, page)}
    links = link_changes.link_changes(db, page)
    known: dict[str, int] = {}
    for one in history.revisions(db, page):
        earlier = known.setdefault(one.digest, one.number)
        yield {
            "url": page.url,
            "number": one.number,
            "cause": one.cause,
            "captured_at": one.captured_at,
            "last_seen_at": one.last_seen_at,
            "title": one.title,
            "words": one.words,
            "digest": one.digest,
            "same_text_as": earlier if earlier != one.number else None,
            "current": one.number == now,
            "removed_since": left.removals[-1].since if one.number == now and left.until == "removed" else None,
            "returned": [at for at, number in returns if number == one.number],
            "periods": [{"since": since, "until": until} for since, until in when.get(one.number, ())],
            "removals": [removal.as_json() for removal in left.removals if removal.number == one.number],
            "moves": [asdict(move) for move in left.moves] if one.number == now else [],
            "blocked_since": left.blocked.since if one.number == now and left.blocked else None,
            "blocks": [asdict(block) for block in left.blocks] if one.number == now else [],
            "failings": [asdict(failing) for failing in left.failings] if one.number == now else [],
            "links": [asdict(link) for link in links if link.revision == one.number],
            "passing": passing[one.number]._asdict() if one.number in passing else None,
        }


def _visits(page: Page, visits: list[VisitRow]) -> Iterator[Row]:
    from pagewitness.archive.views import history

    gaps = history.unobserved(page, visits, times.now())
    ended = {gap.until or visits[-1]["visited_at"]: asdict(gap) for gap in gaps}
    for place, one in enumerate(visits):
        last = place + 1 == len(visits) or visits[place + 1]["visited_at"] != one["visited_at"]
        yield {
            "url": page.url,
            "visited_at": one["visited_at"],
            "outcome": one["outcome"],
            "status": one["status"],
            "verdict": one["verdict"],
            "state": one["state"],
            "reason": one["reason"],
            "revision": one["number"],
            "body": one["digest"],
            "bytes": one["size"],
            "by": one["writer"],
            "came_from": one["came_from"],
            "to": one["to"],
            "gap": ended.get(one["visited_at"]) if last else None,
            "published": one["published"],
            "modified": one["modified"],
            "author": one["author"],
            "encodings": json.loads(one["encodings"] or "null"),
        }


def _lines(page: Page, rows: list[Row], left: Departures, visits: list[Row], notes: list[str]) -> Iterator[str]:
    """What people read: the page, then a line for each revision, removal and visit."""
    for line in wrap(safe(page.title or page.url), width()):
        yield click.style(line, bold=True)
    if page.title:
        yield safe(page.url)
    for note in notes:
        yield from wrap(note, width())
    yield ""
    if not rows:
        yield from wrap(_nothing(page, visits), width())
    with_visits = any("visited_at" in row for row in rows)
    ended, title = _current(page, left), None
    told = [] if with_visits else _passing(rows)
    events = sorted(
        [*rows, *_returns(rows, ended), *episode_lines(left, page.url), *_repointed(rows), *told], key=_moment
    )
    for row in events:
        if "said" in row:
            yield from indented("     ", row["said"], fg=row["colour"])
        elif "visited_at" in row:
            yield from _visit(row)
        else:
            yield from _revision(row, ended, title)
            title = row["title"]
    if with_visits and page.due_at:
        due = "due since then" if page.due_at < times.now() else "next visit"
        yield click.style(f"     {times.short(page.due_at)}  {due} ({times.every(page.interval)})", dim=True)


def _notes(page: Page, twin: str | None, found_on: str | None) -> Iterator[str]:
    if found_on:
        yield f"Found on {safe(found_on)}"
    if twin:
        yield f"It redirects to {safe(twin)}, which is followed, too."


def _current(page: Page, left: Departures) -> str:
    return f"current until {left.until}" if left.until else "current" if page.followed else "last seen"


def _nothing(page: Page, visits: list[Row]) -> str:
    """Explain why a page has no revision."""
    if page.role.is_file_of_addresses:
        return f"This is a {page.role}: it leads to pages and has no text of its own. --all lists the visits."
    if not visits:
        return "Not visited yet" + (": `pagewitness run` visits it." if page.followed else ", and not followed.")
    if all(one["state"] == "removed" for one in visits):
        return (
            f"Never found: HTTP status {visits[-1]['status']} in {counted(len(visits), 'visit')}. Is the address right? "
            "--all lists the visits."
        )
    if waiting := sum(one["outcome"] == "captured" and one["verdict"] is None for one in visits):
        return (
            f"Not read yet: {counted(waiting, 'capture')} {'is' if waiting == 1 else 'are'} kept. `pagewitness run` reads "
            "what it can, and says what is missing for the rest (for a PDF, the extra 'pdf')."
        )
    reason = f" ({safe(_reason(page, visits[-1]['reason']))})" if visits[-1]["reason"] else ""
    return f"No revision yet: no credible text in {counted(len(visits), 'visit')}{reason}. --all lists the visits."


def _returns(rows: list[Row], ended: str) -> Iterator[Row]:
    """A line for each period in which an earlier text was current again."""
    for row in rows:
        for place, period in enumerate(row.get("periods", ())[1:], 2):
            since, until = period["since"], period["until"]
            now = row["current"] and place == len(row["periods"])
            said = f"{times.short(since)} to {times.short(until)}  returned to revision {row['number']}"
            said += f"  ({ended})" if now else ""
            yield {"captured_at": since, "said": said, "colour": "green" if now else None}


def _reason(page: Page, reason: str) -> str:
    """A visit's reason without the page's address before it and the full stop after it."""
    return reason.removeprefix(f"{page.url}: ").rstrip(".")


def _repointed(rows: list[Row]) -> Iterator[Row]:
    """A line for each link that leads elsewhere."""
    for link in (LinkChange(**one) for row in rows for one in row.get("links", ())):
        yield {"captured_at": link.at, "said": safe(f"{times.short(link.at)}  {link.said}"), "colour": None}


def _passing(rows: list[Row]) -> Iterator[Row]:
    """A line for each revision that was seen in another order, without a second visit that confirmed it."""
    for one in (row["passing"] for row in rows if row.get("passing")):
        said = f"{times.short(one['since'])}  its order, or a line beside the text, differed in {counted(one['visits'], 'visit')}"
        yield {"captured_at": one["since"], "said": f"{said}, and was not confirmed (--all lists them)", "colour": None}


def _revision(row: Row, ended: str, before: str | None) -> Iterator[str]:
    """The line of a revision, with the first time in which it was current.

    On a narrow terminal its title follows, if the revision `before` had another.
    """
    number = click.style(f"{row['number']:>3}", fg="yellow", bold=True)
    until = row["periods"][0]["until"] if row["periods"] else row["last_seen_at"]
    seen = f"{times.short(row['captured_at'])} to {times.short(until)}"
    mark = f"  ({ended})" if row["current"] and len(row["periods"]) < 2 else ""
    mark = f"  (same text as revision {row['same_text_as']}){mark}" if row["same_text_as"] else mark
    title, room = safe(row["title"]), terminal_columns()
    line = f"{number}  {seen}  {row['cause']:<7} {row['words']:>6} words"
    left = (room or 0) - columns(line) - len(mark) - 2
    if not room or left >= min(_LEAST_TITLE, columns(title)):
        yield f"{line}  {cut(title, left) if room else title}{click.style(mark, fg='green')}"
        return
    below = "" if left >= 0 else mark.strip()
    yield line + click.style("" if below else mark, fg="green")
    yield from (click.style(one, fg="green") for one in wrap(below, room, "     ", "     "))
    yield from wrap(title if row["title"] != before else "", room, "     ", "     ")


def _visit(row: Row) -> Iterator[str]:
    """The line of a visit, and one for a gap before or after it."""
    never = row["state"] == "removed" and row["revision"] is None  # it was never there
    judged = row["state"] if row["state"] and not never else row["verdict"]
    what = " ".join(str(said) for said in (row["outcome"], row["status"], judged) if said)
    if row["verdict"] == "returned":
        what += f" to revision {row['revision']}"
    # The arrow already shows redirects, which are the recorded reason unless the judge gave another.
    doubted = row["verdict"] and not Verdict(row["verdict"]).credible
    reason = None if row["came_from"] and not doubted else row["reason"]
    arrow = f" → {safe(row['came_from'])}" if row["came_from"] else ""
    said = f"{what}{arrow}" + (f": {safe(reason)}" if reason else "")
    visit = indented(f"     {times.short(row['visited_at'])}  ", said, dim=True)
    if (gap := row["gap"]) is None:
        yield from visit
        return
    since, until = times.short(gap["since"]), gap["until"]
    unobserved = _vain(f"from {since} to {times.short(until)}" if until else f"since {since}", gap)
    yield from chain(unobserved, visit) if until else chain(visit, unobserved)


def _vain(period: str, gap: Row) -> Iterator[str]:
    """A line for a gap: how long it is, and how many visits in it failed."""
    visits = f"{counted(gap['visits'], 'visit')} without a result" if gap["visits"] else "not visited"
    said = f"not observed {period} ({counted(round(gap['seconds'] / 86400), 'day')}, {visits})"
    return indented("     … ", said, fg="yellow")

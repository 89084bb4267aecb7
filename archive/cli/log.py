"""`pagewitness log`: a page's revisions, and every visit with --all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import Invocation, counted, json_option, pass_invocation, print_json
from pagewitness.archive.cli.terminal import echo, terminal_columns
from pagewitness.archive.derived import LinkChange
from pagewitness.archive.model import Page, Row
from pagewitness.archive.text.columns import cut, safe

if TYPE_CHECKING:
    from pagewitness.archive.store.database import Sqlite
    from pagewitness.archive.views.history import Removal


@click.command()
@click.argument("page", metavar="URL")
@click.option("--all", "everything", is_flag=True, help="Also list every visit, with its verdict.")
@json_option
@pass_invocation
def command(invocation: Invocation, page: str, everything: bool, as_json: bool) -> None:
    """List a page's revisions, and every visit with --all.

    Each revision has the times when it was first and last seen. If a page shows an earlier revision's text again
    within a month, it has returned to that revision: this adds a line but no new revision. After more than a month it
    is a new revision, marked with the earlier one's number. Removals get a line too, and so
    does a link that leads elsewhere though its words stayed. With --all, periods without a
    successful visit are listed if they are longer than a day and than three times the usual interval.
    """
    from pagewitness.archive.views import history, selection

    with invocation.read() as db:
        found = selection.page_named(db, page)
        gone = history.gone(db, found.id)
        seen = history.visits(db, found)
        removals = history.removals(seen)
        rows = list(_revisions(db, found, gone[0] if gone else None, removals))
        visits = list(_visits(found, seen)) if everything or not rows else []
        if everything:
            rows = sorted([*rows, *visits], key=_moment)
    if as_json:
        for row in rows:
            print_json(row)
        return
    _print(found, rows, removals, visits)


def _moment(row: Row) -> tuple[str, bool]:
    return row.get("visited_at") or row["captured_at"], "cause" in row


def _revisions(db: Sqlite, page: Page, removed_since: str | None, removals: list[Removal]) -> Iterator[Row]:
    from pagewitness.archive.times import LAST
    from pagewitness.archive.views import history, link_changes

    now, returns = history.current_at(db, page, LAST), history.returns(db, page)
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
            "removed_since": removed_since if one.number == now else None,
            "returned": [at for at, number in returns if number == one.number],
            "removals": [
                {"since": removal.since, "until": removal.until, "status": removal.status}
                for removal in removals
                if removal.number == one.number
            ],
            "links": [asdict(link) for link in links if link.revision == one.number],
        }


def _visits(page: Page, visits: list[Row]) -> Iterator[Row]:
    from pagewitness.archive import times
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
            "reason": one["reason"],
            "revision": one["number"],
            "body": one["digest"],
            "bytes": one["size"],
            "by": one["writer"],
            "came_from": one["came_from"],
            "gap": ended.get(one["visited_at"]) if last else None,
            "published": one["published"],
            "modified": one["modified"],
            "author": one["author"],
            "encodings": json.loads(one["encodings"] or "null"),
        }


def _print(page: Page, rows: list[Row], removals: list[Removal], visits: list[Row]) -> None:
    echo(click.style(safe(page.title or page.url), bold=True))
    if page.title:
        echo(safe(page.url))
    echo()
    if not rows:
        echo(_nothing(page, visits))
    gone = bool(removals and not removals[-1].until)
    with_visits = any("visited_at" in row for row in rows)
    events = sorted(
        [*(rows if with_visits else _with_returns(rows)), *_removed(removals), *_repointed(rows)], key=_moment
    )
    for row in events:
        if "said" in row:
            echo(click.style(f"     {row['said']}", fg=row["colour"]))
        for line in _visit(row) if "visited_at" in row else [_revision(row, gone)] if "cause" in row else ():
            echo(line)


def _nothing(page: Page, visits: list[Row]) -> str:
    """Explain why a page has no revision."""
    if not visits:
        return "Not visited yet" + (": `pagewitness run` visits it." if page.followed else ", and not followed.")
    reason = f" ({safe(visits[-1]['reason'])})" if visits[-1]["reason"] else ""
    return f"No revision yet: no credible text in {counted(len(visits), 'visit')}{reason}. --all lists the visits."


def _with_returns(rows: list[Row]) -> list[Row]:
    """The revisions, and a line for each return to an earlier one."""
    from pagewitness.archive.times import short

    return [
        *rows,
        *(
            {"captured_at": at, "said": f"{short(at)}  returned to revision {row['number']}", "colour": None}
            for row in rows
            for at in row["returned"]
        ),
    ]


def _removed(removals: list[Removal]) -> Iterator[Row]:
    """A line for each time that the page was removed or came back."""
    from pagewitness.archive.times import short

    for one in removals:
        yield {"captured_at": one.since, "said": f"removed since {short(one.since)} ({one.status})", "colour": "red"}
        if one.until:
            yield {"captured_at": one.until, "said": f"back since {short(one.until)}", "colour": "green"}


def _repointed(rows: list[Row]) -> Iterator[Row]:
    """A line for each link that leads elsewhere."""
    from pagewitness.archive.times import short

    for link in (LinkChange(**one) for row in rows for one in row.get("links", ())):
        yield {"captured_at": link.at, "said": safe(f"{short(link.at)}  {link.said}"), "colour": None}


def _revision(row: Row, gone: object) -> str:
    from pagewitness.archive.times import short

    number = click.style(f"{row['number']:>3}", fg="yellow", bold=True)
    seen = f"{short(row['captured_at'])} to {short(row['last_seen_at'])}"
    mark = ("  (current until removed)" if gone else "  (current)") if row["current"] else ""
    mark = f"  (same text as revision {row['same_text_as']}){mark}" if row["same_text_as"] else mark
    title, room = safe(row["title"]), terminal_columns()
    if room:
        left = room - 65 - len(mark)
        title = cut(title, left) if left >= 12 else ""
    line = f"{number}  {seen}  {row['cause']:<7} {row['words']:>6} words  {title}"
    return line + click.style(mark, fg="green")


def _visit(row: Row) -> Iterator[str]:
    """The line of a visit, and one for a gap before or after it."""
    from pagewitness.archive.times import short

    what = " ".join(str(row[key]) for key in ("outcome", "status", "verdict") if row[key])
    if row["verdict"] == "returned":
        what += f" to revision {row['revision']}"
    # The arrow already shows redirects, which are the recorded reason unless the judge gave another.
    reason = None if row["came_from"] and row["verdict"] not in ("suspect", "pending") else row["reason"]
    arrow = f" → {safe(row['came_from'])}" if row["came_from"] else ""
    line = f"     {short(row['visited_at'])}  {what}{arrow}" + (f": {safe(reason)}" if reason else "")
    gap = row["gap"]
    if gap and gap["until"]:
        yield click.style(
            f"     … not observed from {short(gap['since'])} to {short(gap['until'])}{_vain(gap)}", fg="yellow"
        )
    yield click.style(line, dim=True)
    if gap and not gap["until"]:
        yield click.style(f"     … not observed since {short(gap['since'])}{_vain(gap)}", fg="yellow")


def _vain(gap: Row) -> str:
    """How long a gap is, and how many visits in it failed."""
    visits = f"{counted(gap['visits'], 'visit')} without a result" if gap["visits"] else "not visited"
    return f" ({counted(round(gap['seconds'] / 86400), 'day')}, {visits})"

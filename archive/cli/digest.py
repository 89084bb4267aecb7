"""`pagewitness digest`: what happened in a period, as one page to read or to pass on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import click

from pagewitness.archive.cli import Invocation, exclusive, json_option, pass_invocation, print_json
from pagewitness.archive.cli.filters import source_option
from pagewitness.archive.cli.terminal import colours, echo, paged, width

if TYPE_CHECKING:
    from pagewitness.archive.render.digest import Digest, Trouble
    from pagewitness.archive.store.database import Sqlite

SINCE = "7d"
COLUMNS = 80
BUDGET = 60.0  # seconds for comparing words
TROUBLES = ("failing", "blocked", "disallowed", "suspect", "overdue")


@click.command()
@click.option("--since", metavar="DATE", default=SINCE, show_default=True, help="What happened then or later.")
@click.option("--until", metavar="DATE", help="What happened then or earlier.")
@source_option
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown with <del> and <ins>.")
@click.option("--html", "as_html", is_flag=True, help="Print one self-contained HTML page.")
@json_option
@pass_invocation
@paged()
def command(invocation: Invocation, /, since: str, until: str | None, source: str | None, **form: bool) -> None:
    """Show what happened in a period on one page.

    The changes of each publisher with their paragraphs, then new pages and entries of listings, reports that are overdue,
    pages that were removed, moved, blocked or failing, and pages that can't be seen now. It has 80 columns, so that it can be mailed.
    """
    from pagewitness.archive.render import digest as render
    from pagewitness.archive.render.terminal import Look

    exclusive(json=form["as_json"], markdown=form["as_markdown"], html=form["as_html"])
    with invocation.read() as db:
        made = _digest(db, since, until, source)
    if form["as_json"]:
        print_json(made.as_json())
    elif form["as_markdown"]:
        click.echo(render.digest_as_markdown(made), nl=False)
    elif form["as_html"]:
        click.echo(render.digest_as_html(made), nl=False)
    else:
        for line in render.digest_lines(made, Look(min(width(), COLUMNS), colours())):
            echo(line)


class _Watched(NamedTuple):
    visits: int
    pages: int


_WATCHED = """
    select count(*) as visits, count(distinct page_id) as pages from visits
    where visited_at between :since and :until and writer = 'run'
        and (:only is null or page_id in (select value from json_each(:only)))"""


def _digest(db: Sqlite, since: str, until: str | None, source: str | None) -> Digest:
    """What happened between two dates. Raises QueryError, NotFound."""
    from pagewitness.archive import times
    from pagewitness.archive.render.digest import Digest
    from pagewitness.archive.search import page_filters
    from pagewitness.archive.views import changes
    from pagewitness.archive.views.change_events import Which

    now = times.now()
    first, last = times.between(since, until, now)
    allowed = page_filters.allowed(db, source, None, None)
    which = Which(first or times.FIRST, min(last or now, now), allowed)
    listed, _ = changes.list_changes(db, which, None, BUDGET, whole=True)
    only = None if allowed is None else json.dumps(sorted(allowed))
    seen = db.one(_Watched, _WATCHED, since=which.since, until=which.until, only=only)
    assert seen is not None
    return Digest(which.since, which.until, listed, _troubles(db, now, only), seen.visits, seen.pages)


_WHY = """
    select coalesce(observations.reason, visits.reason) from pages join visits on visits.page_id = pages.id
    left join observations on observations.visit_id = visits.id
    where pages.url = :url order by visited_at desc, visits.id desc limit 1"""


def _troubles(db: Sqlite, now: str, only: str | None) -> list[Trouble]:
    """The pages that can't be seen now, with the reason of the last visit."""
    from pagewitness.archive.render.digest import Trouble
    from pagewitness.archive.times import short
    from pagewitness.archive.views import listing

    sql = "select url from pages where :only is null or id in (select value from json_each(:only))"
    meant, found = set(db.column(str, sql, only=only)), []
    for row in listing.page_rows(db, now):
        if row["state"] in TROUBLES and row["url"] in meant:
            why: str | None = str(db.value(_WHY, url=row["url"]) or "").removeprefix(f"{row['url']}: ").rstrip(".")
            seen = f"last visit {short(row['last_visit'])}" if row["last_visit"] else "never visited"
            why = row["reason"] if row["state"] == "overdue" else why
            said = f"{why}; {seen}" if why else seen
            found.append(Trouble(row["url"], row["title"], row["source"], row["state"], said))
    return found
